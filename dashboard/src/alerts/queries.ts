import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { unwrap, type Api } from "../api/client";
import { startOfDay, type AlertFilter } from "./alertFilter";

const PAGE_SIZE = 25;

/** One page, newest first, with the customers' names. */
export function alertsQuery(api: Api, { customer, feature, from, to, cursor }: AlertFilter) {
  const query = {
    page_size: PAGE_SIZE,
    ...(customer && { customer_id: customer }),
    ...(feature && { featureId: feature }),
    ...(from && { created_on_after: startOfDay(from).toISOString() }),
    ...(to && { created_on_before: lastMoment(to) }),
    ...(cursor && { cursor }),
  };
  return queryOptions({
    queryKey: ["alerts", query],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/alerts", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

/** The API includes the end of a range. */
function lastMoment(day: string): string {
  return new Date(startOfDay(day, 1).getTime() - 1).toISOString().replace("Z", "999Z");
}
