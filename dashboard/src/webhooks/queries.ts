import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { unwrap, type Api } from "../api/client";
import type { LogFilter } from "./logFilter";

export const WEBHOOKS_KEY = ["webhooks"] as const;
const LOG_PAGE_SIZE = 25;

/** How often the log is read again. What a test or a resend leads to is there a moment later. */
const REFRESH_MILLISECONDS = 2000;

/** All endpoints, newest first: there are at most 20, and the API answers with all of them. */
export function endpointsQuery(api: Api) {
  return queryOptions({
    queryKey: [...WEBHOOKS_KEY, "endpoints"],
    queryFn: async ({ signal }) => (await unwrap(api.GET("/api/v1/webhook-endpoints", { signal }))).results,
  });
}

/** One page of the log, newest first. */
export function logQuery(api: Api, { endpoint, success, cursor }: LogFilter) {
  return queryOptions({
    queryKey: [...WEBHOOKS_KEY, "log", { endpoint, success, cursor }],
    queryFn: ({ signal }) => {
      const query = {
        page_size: LOG_PAGE_SIZE,
        ...(endpoint && { endpoint }),
        ...(success && { isSuccess: success }),
        ...(cursor && { cursor }),
      };
      return unwrap(api.GET("/api/v1/webhook/logs", { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MILLISECONDS,
  });
}
