import { formatDay, formatMoment } from "../time/format";
import type { UsagePoint } from "./usage";

const DAY_MILLISECONDS = 86_400_000;

/** How a point is called: by its first day, or by its hour where it is shorter than a day. */
export function labelPoint({ start, end }: UsagePoint): string {
  const isShort = end !== null && Date.parse(end) - Date.parse(start) < DAY_MILLISECONDS * 0.9;
  return isShort ? formatMoment(start) : formatDay(start);
}
