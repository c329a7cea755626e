import { saveFile } from "../ui/saveFile";
import { limitOf, rolledInto, type FeatureUsage } from "./usage";

/** Saves what is shown as a file; times are in UTC. */
export function downloadCsv(usage: FeatureUsage): void {
  saveFile(`usage-${usage.customerId}-${usage.featureId}.csv`, toCsv(usage));
}

/** No cell needs quotes: they are times and numbers. */
function toCsv(usage: FeatureUsage): string {
  const rows = usage.points.map((point) => [
    point.start,
    point.end ?? "",
    String(point.value),
    String(rolledInto(point)),
    String(limitOf(point, usage) ?? ""),
  ]);
  return [["start", "end", "value", "rolledOver", "limit"], ...rows]
    .map((row) => `${row.join(",")}\r\n`)
    .join("");
}
