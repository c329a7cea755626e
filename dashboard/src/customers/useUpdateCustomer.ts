import { useMutation, useQueryClient, type QueryClient } from "@tanstack/react-query";

import { ifMatch, unwrap } from "../api/client";
import type { components } from "../api/schema.gen";
import { useApi } from "../api/useApi";
import type { Customer, CustomerPage } from "./customer";
import { CUSTOMERS_KEY, customerQuery } from "./queries";

type Changes = Partial<Pick<Customer, "name" | "email">> & components["schemas"]["CustomerUpdate"];

/**
 * Changes the version that the person has seen; another one is refused with 412. The page shows the new values
 * at once, and the old ones again if they are refused.
 */
export function useUpdateCustomer(customer: Customer) {
  const api = useApi();
  const cache = useQueryClient();
  const { customerId, version } = customer;
  const show = (shown: Customer) => {
    cache.setQueryData(customerQuery(api, customerId).queryKey, shown);
    showInLists(cache, shown);
  };
  return useMutation({
    mutationFn: (body: Changes) => {
      const params = { path: { customerId }, header: ifMatch(version) };
      return unwrap(api.PATCH("/api/v1/customers/{customerId}", { params, body }));
    },
    onMutate: async (body) => {
      // An answer that is on its way would bring the old values back.
      await cache.cancelQueries({ queryKey: CUSTOMERS_KEY });
      show({ ...customer, ...body });
    },
    onError: () => {
      show(customer);
    },
    onSuccess: (updated) => {
      show(updated);
    },
    onSettled: () => {
      void cache.invalidateQueries({ queryKey: CUSTOMERS_KEY });
    },
  });
}

function showInLists(cache: QueryClient, shown: Customer): void {
  cache.setQueriesData<CustomerPage>({ queryKey: [...CUSTOMERS_KEY, "list"] }, (page) => {
    if (!page) return page;
    const results = page.results.map((row) => (row.customerId === shown.customerId ? shown : row));
    return { ...page, results };
  });
}
