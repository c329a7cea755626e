/** Which alerts are listed. It lives in the URL; days are those of the reader's zone. */
export interface AlertFilter {
  customer?: string;
  feature?: string;
  from?: string;
  to?: string;
  cursor?: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const NAMES = ["customer", "feature", "from", "to", "cursor"] as const;
const DAYS = new Set<string>(["from", "to"]);

/** Reads the filter from a URL that anybody may have written. */
export function parseAlertFilter(search: Record<string, unknown>): AlertFilter {
  // The router reads `?customer=2024` as a number.
  const texts = NAMES.map((name) => [name, readText(search[name])] as const);
  return Object.fromEntries(texts.filter(([name, text]) => text && (!DAYS.has(name) || isDay(text))));
}

/** The filter with other values; one that is empty is left out. It starts at the first page. */
export function withFilter(filter: AlertFilter, changed: Omit<AlertFilter, "cursor">): AlertFilter {
  return parseAlertFilter({ ...filter, cursor: undefined, ...changed });
}

export function isFiltered({ customer, feature, from, to }: AlertFilter): boolean {
  return [customer, feature, from, to].some(Boolean);
}

/** When a day begins in the reader's zone, or `daysLater` days after it. */
export function startOfDay(day: string, daysLater = 0): Date {
  const start = new Date(`${day}T00:00:00`);
  start.setDate(start.getDate() + daysLater);
  return start;
}

function readText(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function isDay(text: string): boolean {
  return DAY.test(text) && !Number.isNaN(startOfDay(text).getTime());
}
