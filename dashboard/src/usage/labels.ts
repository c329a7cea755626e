import { formatDay, formatMoment } from "../time/format";
import type { FeatureUsage } from "./usage";

/** How a point is called: by its hour where points are that short, else by its first day. */
export function labelPoint(start: string, { interval }: FeatureUsage): string {
  return interval === "HOUR" || interval === "WINDOW" ? formatMoment(start) : formatDay(start);
}
