import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { unwrap, type Api } from "../api/client";
import type { Subscription, SubscriptionUpdate } from "./subscription";

export type Age = "current" | "past";

const PAGE_SIZE = 25;
const PAST = ["canceled", "incomplete_expired", "superseded"];

/** All that is cached about subscriptions begins with this key. */
export const SUBSCRIPTIONS_KEY = ["subscriptions"] as const;

export function subscriptionsQuery(api: Api, customerId: string, age: Age, cursor: string | undefined) {
  const query = {
    customer_id: customerId,
    page_size: PAGE_SIZE,
    ...(age === "past" && { status: PAST.join(",") }),
    ...(cursor && { cursor }),
  };
  return queryOptions({
    queryKey: [...SUBSCRIPTIONS_KEY, "list", query],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/subscriptions", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function subscriptionQuery(api: Api, id: string) {
  return queryOptions({
    queryKey: [...SUBSCRIPTIONS_KEY, "one", id],
    queryFn: ({ signal }) => {
      const params = { path: { subscriptionId: id } };
      return unwrap(api.GET("/api/v1/subscriptions/{subscriptionId}", { params, signal }));
    },
  });
}

/** What an update would change; nothing until a plan and a period are chosen. */
export function updatePreviewQuery(
  api: Api,
  { id, version }: Subscription,
  update: SubscriptionUpdate | null,
) {
  return queryOptions({
    queryKey: [...SUBSCRIPTIONS_KEY, "preview", id, version, update],
    queryFn: ({ signal }) => {
      if (!update) throw new Error("There is no update to preview.");
      const params = { path: { subscriptionId: id } };
      return unwrap(
        api.POST("/api/v1/subscriptions/{subscriptionId}/update/preview", { params, body: update, signal }),
      );
    },
    enabled: update !== null,
  });
}
