import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { unwrap, type Api } from "../api/client";
import { readAllPages } from "../api/pages";
import type { Plan } from "../catalog/catalog";
import { CATALOG_KEY } from "../catalog/queries";
import type { ListFilter } from "../ui/listFilter";

const PAGE_SIZE = 25;
const LARGEST_PAGE_SIZE = 100;

export function featureListQuery(api: Api, filter: ListFilter) {
  return queryOptions({
    queryKey: [...CATALOG_KEY, "featureList", filter],
    queryFn: ({ signal }) => {
      const query = { ...filter, page_size: PAGE_SIZE };
      return unwrap(api.GET("/api/v1/catalog/features", { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
  });
}

export function featureQuery(api: Api, feature: string) {
  return queryOptions({
    queryKey: [...CATALOG_KEY, "feature", feature],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/catalog/features/{feature}", { params: { path: { feature } }, signal })),
  });
}

export function plansWithFeatureQuery(api: Api, feature: string) {
  return queryOptions({
    queryKey: [...CATALOG_KEY, "plansWithFeature", feature],
    queryFn: ({ signal }) =>
      readAllPages<Plan>((cursor) => {
        const query = { feature, page_size: LARGEST_PAGE_SIZE, ...(cursor && { cursor }) };
        return unwrap(api.GET("/api/v1/catalog/plans", { params: { query }, signal }));
      }),
  });
}
