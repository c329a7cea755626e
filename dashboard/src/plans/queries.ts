import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { unwrap, unwrapTagged, type Api } from "../api/client";
import type { Plan, PlanFeature, Price } from "../catalog/catalog";
import { CATALOG_KEY } from "../catalog/queries";
import type { ListFilter } from "../ui/listFilter";

const PAGE_SIZE = 25;
const POLL_MILLISECONDS = 2_000;
const ATTEMPTS = 3;

export function planListQuery(api: Api, filter: ListFilter) {
  return queryOptions({
    queryKey: [...CATALOG_KEY, "planList", filter],
    queryFn: ({ signal }) => {
      const query = { ...filter, page_size: PAGE_SIZE };
      return unwrap(api.GET("/api/v1/catalog/plans", { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
  });
}

/** The plan as it is sold, or as its draft while it was never published. */
export function planQuery(api: Api, plan: string) {
  return queryOptions({
    queryKey: [...CATALOG_KEY, "plan", plan],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/catalog/plans/{plan}", { params: { path: { plan } }, signal })),
  });
}

/** One version with all that it says, as it was at one moment. */
export interface PlanVersion {
  plan: Plan;
  features: PlanFeature[];
  prices: Price[];
  /** The plan's own, the same for all of its versions. */
  etag: string;
}

export function planVersionQuery(api: Api, plan: string, version: number) {
  return queryOptions({
    queryKey: [...CATALOG_KEY, "planVersion", plan, version],
    queryFn: ({ signal }) => readPlanVersion(api, plan, version, signal),
    // An edit of a published plan makes a draft, and the page goes on to it without a flash.
    placeholderData: (previous) => (previous?.plan.identifier === plan ? previous : undefined),
  });
}

/** Three answers make one version, so they are read again if somebody changes the plan between them. */
async function readPlanVersion(
  api: Api,
  plan: string,
  version: number,
  signal: AbortSignal,
): Promise<PlanVersion> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const read = { params: { path: { plan }, query: { version } }, signal };
    const [texts, features, prices] = await Promise.all([
      unwrapTagged(api.GET("/api/v1/catalog/plans/{plan}", read)),
      unwrapTagged(api.GET("/api/v1/catalog/plans/{plan}/features", read)),
      unwrapTagged(api.GET("/api/v1/catalog/plans/{plan}/prices", read)),
    ]);
    const { etag } = texts;
    if (features.etag === etag && prices.etag === etag) {
      return { plan: texts.data, features: features.data.results, prices: prices.data.results, etag };
    }
  }
  throw new Error("Somebody is changing this plan. Try again in a moment.");
}

/** How far the subscribers have been moved to this version; read again until it is done. */
export function migrationQuery(api: Api, plan: string, version: number) {
  return queryOptions({
    queryKey: [...CATALOG_KEY, "migration", plan, version],
    queryFn: ({ signal }) => {
      const params = { path: { plan, version } };
      return unwrap(api.GET("/api/v1/catalog/plans/{plan}/migrations/{version}", { params, signal }));
    },
    refetchInterval: ({ state }) => (state.data?.status === "running" ? POLL_MILLISECONDS : false),
  });
}

/** How many live subscriptions a version has, counted up to a number. */
export function subscriberCountQuery(api: Api, plan: string, version: number) {
  return queryOptions({
    queryKey: [...CATALOG_KEY, "subscribers", plan, version],
    queryFn: ({ signal }) => {
      const params = { path: { plan }, query: { version } };
      return unwrap(api.GET("/api/v1/catalog/plans/{plan}/subscribers", { params, signal }));
    },
  });
}
