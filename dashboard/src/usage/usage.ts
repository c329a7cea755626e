import type { components } from "../api/schema.gen";

export type FeatureUsage = components["schemas"]["FeatureUsage"];
export type Interval = components["schemas"]["Interval"];
export type UsagePoint = components["schemas"]["UsagePoint"] | components["schemas"]["WindowUsagePoint"];

/** The limit that applied to a point: its window's own, else the one that applies now. */
export function limitOf(point: UsagePoint, usage: FeatureUsage): number | null {
  if ("usageLimit" in point) return point.usageLimit;
  return usage.interval === "WINDOW" ? null : usage.usageLimit;
}
