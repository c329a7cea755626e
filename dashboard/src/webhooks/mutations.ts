import { useMutation, useQueryClient } from "@tanstack/react-query";

import { unwrap } from "../api/client";
import { useApi } from "../api/useApi";
import { useIdempotentMutation } from "../api/useIdempotentMutation";
import { WEBHOOKS_KEY } from "./queries";
import type { EndpointCreate, EndpointUpdate } from "./webhook";

function useRefresh() {
  const cache = useQueryClient();
  return () => cache.invalidateQueries({ queryKey: WEBHOOKS_KEY });
}

export function useCreateEndpoint() {
  const api = useApi();
  return useIdempotentMutation(
    (body: EndpointCreate, header) =>
      unwrap(api.POST("/api/v1/webhook-endpoints", { params: { header }, body })),
    useRefresh(),
  );
}

export function useUpdateEndpoint(endpointId: string) {
  const api = useApi();
  const onSuccess = useRefresh();
  return useMutation({
    mutationFn: (body: EndpointUpdate) =>
      unwrap(api.PATCH("/api/v1/webhook-endpoints/{endpointId}", { params: { path: { endpointId } }, body })),
    onSuccess,
  });
}

export function useRotateSecret(endpointId: string) {
  const api = useApi();
  return useIdempotentMutation(
    (_: undefined, header) =>
      unwrap(
        api.POST("/api/v1/webhook-endpoints/{endpointId}/rotate", {
          params: { path: { endpointId }, header },
        }),
      ),
    useRefresh(),
  );
}

export function useTestEndpoint(endpointId: string) {
  const api = useApi();
  return useIdempotentMutation(
    (_: undefined, header) =>
      unwrap(
        api.POST("/api/v1/webhook-endpoints/{endpointId}/test", {
          params: { path: { endpointId }, header },
        }),
      ),
    useRefresh(),
  );
}

export function useDeleteEndpoint(endpointId: string) {
  const api = useApi();
  const onSuccess = useRefresh();
  return useMutation({
    mutationFn: () =>
      unwrap(api.DELETE("/api/v1/webhook-endpoints/{endpointId}", { params: { path: { endpointId } } })),
    onSuccess,
  });
}

export function useResend(deliveryId: string) {
  const api = useApi();
  return useIdempotentMutation(
    (_: undefined, header) =>
      unwrap(
        api.POST("/api/v1/webhook/logs/{deliveryId}/resend", { params: { path: { deliveryId }, header } }),
      ),
    useRefresh(),
  );
}
