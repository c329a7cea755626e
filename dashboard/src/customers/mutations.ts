import { useMutation, useQueryClient } from "@tanstack/react-query";

import { ifMatch, unwrap } from "../api/client";
import type { components } from "../api/schema.gen";
import { useApi } from "../api/useApi";
import type { Customer } from "./customer";
import { CUSTOMERS_KEY } from "./queries";

type CustomerCreate = components["schemas"]["CustomerCreate"];
type CustomerUpdate = components["schemas"]["CustomerUpdate"];

/** Marks all that is cached about customers as stale, once something has changed. */
function useRefresh() {
  const cache = useQueryClient();
  return () => cache.invalidateQueries({ queryKey: CUSTOMERS_KEY });
}

export function useCreateCustomer() {
  const api = useApi();
  const onSuccess = useRefresh();
  return useMutation({
    mutationFn: (body: CustomerCreate) => unwrap(api.POST("/api/v1/customers", { body })),
    onSuccess,
  });
}

/** Changes the version that the person has seen; another one is refused with 412. */
export function useUpdateCustomer({ customerId, version }: Customer) {
  const api = useApi();
  const onSuccess = useRefresh();
  return useMutation({
    mutationFn: (body: CustomerUpdate) =>
      unwrap(
        api.PATCH("/api/v1/customers/{customerId}", {
          params: { path: { customerId }, header: ifMatch(version) },
          body,
        }),
      ),
    onSuccess,
  });
}

export function useArchiveCustomer(customerId: string) {
  const api = useApi();
  const onSuccess = useRefresh();
  return useMutation({
    mutationFn: () =>
      unwrap(api.DELETE("/api/v1/customers/{customerId}", { params: { path: { customerId } } })),
    onSuccess,
  });
}

export function useUnarchiveCustomer(customerId: string) {
  const api = useApi();
  const onSuccess = useRefresh();
  return useMutation({
    mutationFn: () =>
      unwrap(api.POST("/api/v1/customers/{customerId}/unarchive", { params: { path: { customerId } } })),
    onSuccess,
  });
}
