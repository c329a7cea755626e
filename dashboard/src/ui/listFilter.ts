export const SHOWN_STATUSES = ["active", "archived", "all"] as const;
export type ShownStatus = (typeof SHOWN_STATUSES)[number];

/** What a list shows. It lives in the URL, without what is as it is by default. */
export interface ListFilter {
  search?: string;
  status?: Exclude<ShownStatus, "active">;
  cursor?: string;
}

/** Reads the filter from a URL that anybody may have written. */
export function parseListFilter(search: Record<string, unknown>): ListFilter {
  const filter: ListFilter = {};
  // The router reads `?search=2024` as a number.
  if (typeof search.search === "string" || typeof search.search === "number") {
    filter.search = String(search.search);
  }
  if (search.status === "archived" || search.status === "all") filter.status = search.status;
  if (typeof search.cursor === "string") filter.cursor = search.cursor;
  return filter;
}
