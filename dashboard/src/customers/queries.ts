import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { unwrap, type Api } from "../api/client";
import type { CustomerFilter } from "./customerFilter";

const PAGE_SIZE = 25;

/** All that is cached about customers begins with this key. */
export const CUSTOMERS_KEY = ["customers"] as const;

export function customerListQuery(api: Api, filter: CustomerFilter) {
  return queryOptions({
    queryKey: [...CUSTOMERS_KEY, "list", filter],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/customers", { params: { query: { ...filter, page_size: PAGE_SIZE } }, signal }),
      ),
    placeholderData: keepPreviousData,
  });
}

export function customerQuery(api: Api, customerId: string) {
  return queryOptions({
    queryKey: [...CUSTOMERS_KEY, "one", customerId],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/customers/{customerId}", { params: { path: { customerId } }, signal })),
  });
}

/** The identifier that a customer of this name would get. A name that has none yet is not asked for. */
export function identifierPreviewQuery(api: Api, name: string) {
  return queryOptions({
    queryKey: [...CUSTOMERS_KEY, "identifier", name],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/customers/identifier", { params: { query: { name } }, signal })),
    enabled: name !== "",
    placeholderData: keepPreviousData,
  });
}
