import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { unwrap, type Api } from "../api/client";
import type { ActivityView } from "./view";

const PAGE_SIZE = 25;

/** One page, newest first. What just happened is in it about a second later. */
export function activityQuery(api: Api, customerId: string, { kind, cursor }: ActivityView) {
  const query = { page_size: PAGE_SIZE, ...(kind && { kind }), ...(cursor && { cursor }) };
  return queryOptions({
    queryKey: ["activity", customerId, query],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/customers/{customerId}/activity", {
          params: { path: { customerId }, query },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
}
