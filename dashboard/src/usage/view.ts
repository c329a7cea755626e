import type { Interval } from "./usage";

export const RANGES = ["7d", "30d", "90d", "1y"] as const;
export type Range = (typeof RANGES)[number];

export const INTERVALS = ["HOUR", "DAY", "WEEK", "MONTH", "WINDOW"] as const satisfies Interval[];

/** What the usage section shows. It lives in the URL, without what is as it is by default. */
export interface UsageView {
  feature?: string;
  range?: Range;
  interval?: Interval;
}

export const DEFAULT_RANGE: Range = "30d";
export const DEFAULT_INTERVAL: Interval = "DAY";

const DAYS: Record<Range, number> = { "7d": 7, "30d": 30, "90d": 90, "1y": 365 };
const DAY_MILLISECONDS = 86_400_000;

/** Reads the view from a URL that anybody may have written. */
export function parseUsageView(search: Record<string, unknown>): UsageView {
  const { feature, range, interval } = search;
  const knownRange = RANGES.find((known) => known === range);
  const knownInterval = INTERVALS.find((known) => known === interval);
  return {
    ...(typeof feature === "string" && { feature }),
    ...(knownRange && { range: knownRange }),
    ...(knownInterval && { interval: knownInterval }),
  };
}

/** When a range begins: so many days before now, at the beginning of the reader's day. */
export function startOf(range: Range, now: number): Date {
  const start = new Date(now - DAYS[range] * DAY_MILLISECONDS);
  start.setHours(0, 0, 0, 0);
  return start;
}
