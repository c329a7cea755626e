import { useQueryClient } from "@tanstack/react-query";

import { useApi } from "../api/useApi";
import { useSeen } from "../api/useSeen";
import type { Customer } from "./customer";
import { customerQuery } from "./queries";

export function useSeenCustomer(customer: Customer) {
  const api = useApi();
  const cache = useQueryClient();
  return useSeen(customer, () => cache.query({ ...customerQuery(api, customer.customerId), staleTime: 0 }));
}
