import { formatDay, formatMoment } from "../time/format";
import type { FeatureUsage, UsagePoint } from "./usage";

const DAY_MILLISECONDS = 86_400_000;

/** How a point is called: by its hour where points are shorter than a day, else by its first day. */
export function labelPoint({ start, end }: UsagePoint, { interval }: FeatureUsage): string {
  const isShortWindow =
    interval === "WINDOW" && end !== null && Date.parse(end) - Date.parse(start) < DAY_MILLISECONDS;
  return interval === "HOUR" || isShortWindow ? formatMoment(start) : formatDay(start);
}
