import { useMutation, useQueryClient } from "@tanstack/react-query";

import { ifMatch, unwrap } from "../api/client";
import type { components } from "../api/schema.gen";
import { useApi } from "../api/useApi";
import { useIdempotentMutation } from "../api/useIdempotentMutation";
import type { Customer } from "./customer";
import { CUSTOMERS_KEY } from "./queries";

type CustomerCreate = components["schemas"]["CustomerCreate"];

/** Marks all that is cached about customers as stale, once something has changed. */
function useRefresh() {
  const cache = useQueryClient();
  return () => cache.invalidateQueries({ queryKey: CUSTOMERS_KEY });
}

/** A change is made to the version that the person has seen; another one is refused with 412. */
function paramsOf({ customerId, version }: Customer) {
  return { path: { customerId }, header: ifMatch(version) };
}

export function useCreateCustomer() {
  const api = useApi();
  return useIdempotentMutation(
    (body: CustomerCreate, header) => unwrap(api.POST("/api/v1/customers", { params: { header }, body })),
    useRefresh(),
  );
}

export function useArchiveCustomer(customer: Customer) {
  const api = useApi();
  const onSuccess = useRefresh();
  return useMutation({
    mutationFn: () => unwrap(api.DELETE("/api/v1/customers/{customerId}", { params: paramsOf(customer) })),
    onSuccess,
  });
}

export function useUnarchiveCustomer(customer: Customer) {
  const api = useApi();
  return useIdempotentMutation((_: undefined, header) => {
    const params = paramsOf(customer);
    return unwrap(
      api.POST("/api/v1/customers/{customerId}/unarchive", {
        params: { ...params, header: { ...params.header, ...header } },
      }),
    );
  }, useRefresh());
}
