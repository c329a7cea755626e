import { limitOf, type FeatureUsage } from "./usage";

/** Saves what is shown as a file; times are in UTC. */
export function downloadCsv(usage: FeatureUsage): void {
  const url = URL.createObjectURL(new Blob([toCsv(usage)], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `usage-${usage.customerId}-${usage.featureId}.csv`;
  link.click();
  URL.revokeObjectURL(url);
}

/** No cell needs quotes: they are times and numbers. */
function toCsv(usage: FeatureUsage): string {
  const rows = usage.points.map((point) => [
    point.start,
    point.end ?? "",
    String(point.value),
    String(limitOf(point, usage) ?? ""),
  ]);
  return [["start", "end", "value", "limit"], ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}
