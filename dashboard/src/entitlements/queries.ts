import { queryOptions } from "@tanstack/react-query";

import { unwrap, type Api } from "../api/client";
import type { EntitlementsView } from "./view";

/** All that is cached about what customers have begins with this key. */
export const ENTITLEMENTS_KEY = ["entitlements"] as const;

/** What a customer has now, or had or will have at a moment. */
export function entitlementsQuery(api: Api, customerId: string, { at }: EntitlementsView = {}) {
  const params = { path: { customerId }, query: { ...(at && { at }) } };
  return queryOptions({
    queryKey: [...ENTITLEMENTS_KEY, customerId, ...(at ? [at] : [])],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/customers/{customerId}/entitlements", { params, signal })),
  });
}

/** The grants of a customer, with their notes and with what is left of each. */
export function grantsQuery(api: Api, customerId: string) {
  return queryOptions({
    queryKey: [...ENTITLEMENTS_KEY, customerId, "grants"],
    queryFn: async ({ signal }) => {
      const params = { path: { customerId } };
      return (await unwrap(api.GET("/api/v1/customers/{customerId}/grants", { params, signal }))).results;
    },
  });
}
