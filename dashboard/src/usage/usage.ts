import type { components } from "../api/schema.gen";

export type FeatureUsage = components["schemas"]["FeatureUsage"];
export type Interval = components["schemas"]["Interval"];
export type UsagePoint = components["schemas"]["UsagePoint"] | components["schemas"]["WindowUsagePoint"];

/** What rolled over into a window, and is part of its limit; nothing for other intervals. */
export function rolledInto(point: UsagePoint): number {
  return "rolledOver" in point ? point.rolledOver : 0;
}

export function hasRollover({ points }: FeatureUsage): boolean {
  return points.some((point) => rolledInto(point) > 0);
}

/** The limit that applied to a point: its window's own, else the one that applies now. */
export function limitOf(point: UsagePoint, usage: FeatureUsage): number | null {
  if ("usageLimit" in point) return point.usageLimit;
  return usage.interval === "WINDOW" ? null : usage.usageLimit;
}
