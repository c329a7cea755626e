import { queryOptions } from "@tanstack/react-query";

import { unwrap, type Api } from "../api/client";
import { readAllPages } from "../api/pages";
import type { Feature, Plan } from "./catalog";

/** All that is cached about the catalogue begins with this key. */
export const CATALOG_KEY = ["catalog"] as const;

const PAGE_SIZE = 100;
const STALE_MILLISECONDS = 60_000;

/** All features, the archived ones too: a customer may still have those. */
export function featuresQuery(api: Api) {
  return queryOptions({
    queryKey: [...CATALOG_KEY, "features"],
    queryFn: ({ signal }) =>
      readAllPages<Feature>((cursor) => {
        const query = { status: "all", page_size: PAGE_SIZE, ...(cursor && { cursor }) } as const;
        return unwrap(api.GET("/api/v1/catalog/features", { params: { query }, signal }));
      }),
    staleTime: STALE_MILLISECONDS,
  });
}

/** The plans that a customer can subscribe to. */
export function plansOnSaleQuery(api: Api) {
  return queryOptions({
    queryKey: [...CATALOG_KEY, "plansOnSale"],
    queryFn: async ({ signal }) => {
      const plans = await readAllPages<Plan>((cursor) => {
        const query = { page_size: PAGE_SIZE, ...(cursor && { cursor }) };
        return unwrap(api.GET("/api/v1/catalog/plans", { params: { query }, signal }));
      });
      return plans.filter((plan) => plan.publishedVersion !== null);
    },
    staleTime: STALE_MILLISECONDS,
  });
}

/** What a plan costs for each period that it can be charged for; nothing while no plan is chosen. */
export function planPricesQuery(api: Api, plan: string) {
  return queryOptions({
    queryKey: [...CATALOG_KEY, "prices", plan],
    queryFn: async ({ signal }) => {
      const path = { plan };
      const answer = await unwrap(
        api.GET("/api/v1/catalog/plans/{plan}/prices", { params: { path }, signal }),
      );
      return answer.results.filter((price) => price.enabled);
    },
    enabled: plan !== "",
    staleTime: STALE_MILLISECONDS,
  });
}

/** What a plan's published version gives; nothing while no plan is chosen. */
export function planFeaturesQuery(api: Api, plan: string) {
  return queryOptions({
    queryKey: [...CATALOG_KEY, "planFeatures", plan],
    queryFn: async ({ signal }) => {
      const params = { path: { plan } };
      return (await unwrap(api.GET("/api/v1/catalog/plans/{plan}/features", { params, signal }))).results;
    },
    enabled: plan !== "",
    staleTime: STALE_MILLISECONDS,
  });
}
