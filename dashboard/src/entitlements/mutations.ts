import { useMutation, useQueryClient } from "@tanstack/react-query";

import { unwrap } from "../api/client";
import { useApi } from "../api/useApi";
import { useIdempotentMutation } from "../api/useIdempotentMutation";
import type { GrantCreate, OverrideSet } from "./entitlement";
import { ENTITLEMENTS_KEY } from "./queries";

function useRefresh(customerId: string) {
  const cache = useQueryClient();
  return () => cache.invalidateQueries({ queryKey: [...ENTITLEMENTS_KEY, customerId] });
}

export function useSetOverride(customerId: string) {
  const api = useApi();
  const onSuccess = useRefresh(customerId);
  return useMutation({
    mutationFn: ({ feature, body }: { feature: string; body: OverrideSet }) => {
      const params = { path: { customerId, feature } };
      return unwrap(api.PUT("/api/v1/customers/{customerId}/overrides/{feature}", { params, body }));
    },
    onSuccess,
  });
}

export function useRemoveOverride(customerId: string) {
  const api = useApi();
  const onSuccess = useRefresh(customerId);
  return useMutation({
    mutationFn: (feature: string) => {
      const params = { path: { customerId, feature } };
      return unwrap(api.DELETE("/api/v1/customers/{customerId}/overrides/{feature}", { params }));
    },
    onSuccess,
  });
}

export function useCreateGrant(customerId: string) {
  const api = useApi();
  return useIdempotentMutation((body: GrantCreate, header) => {
    const params = { path: { customerId }, header };
    return unwrap(api.POST("/api/v1/customers/{customerId}/grants", { params, body }));
  }, useRefresh(customerId));
}

export function useRemoveGrant(customerId: string) {
  const api = useApi();
  const onSuccess = useRefresh(customerId);
  return useMutation({
    mutationFn: (grantId: string) => {
      const params = { path: { customerId, grantId } };
      return unwrap(api.DELETE("/api/v1/customers/{customerId}/grants/{grantId}", { params }));
    },
    onSuccess,
  });
}
