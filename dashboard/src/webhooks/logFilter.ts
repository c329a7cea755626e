/** What the log shows. It lives in the URL. */
export interface LogFilter {
  endpoint?: string;
  success?: "true" | "false";
  cursor?: string;
}

/** Reads the filter from a URL that anybody may have written. */
export function parseLogFilter(search: Record<string, unknown>): LogFilter {
  const filter: LogFilter = {};
  if (typeof search.endpoint === "string") filter.endpoint = search.endpoint;
  // The router reads `?success=true` as a boolean.
  const success = String(search.success);
  if (success === "true" || success === "false") filter.success = success;
  if (typeof search.cursor === "string") filter.cursor = search.cursor;
  return filter;
}
