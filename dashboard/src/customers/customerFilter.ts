import { parseListFilter, type ListFilter } from "../ui/listFilter";

/** What the list of customers shows: the newest first, unless it is sorted. A search has an order of its own. */
export interface CustomerFilter extends ListFilter {
  sort?: "createdOn";
}

/** Reads the filter from a URL that anybody may have written. */
export function parseCustomerFilter(search: Record<string, unknown>): CustomerFilter {
  const filter = parseListFilter(search);
  return { ...filter, ...(search.sort === "createdOn" && !filter.search && { sort: "createdOn" }) };
}
