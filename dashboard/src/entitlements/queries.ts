import { queryOptions } from "@tanstack/react-query";

import { unwrap, type Api } from "../api/client";

/** All that is cached about what customers have begins with this key. */
export const ENTITLEMENTS_KEY = ["entitlements"] as const;

export function entitlementsQuery(api: Api, customerId: string) {
  return queryOptions({
    queryKey: [...ENTITLEMENTS_KEY, customerId],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/customers/{customerId}/entitlements", { params: { path: { customerId } }, signal }),
      ),
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
