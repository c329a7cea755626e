import { useMutation, useQueryClient } from "@tanstack/react-query";

import { unwrap } from "../api/client";
import { useApi } from "../api/useApi";
import { useIdempotentMutation } from "../api/useIdempotentMutation";
import type { ApiKeyCreate } from "./apiKey";
import { API_KEYS_KEY } from "./queries";

function useRefresh() {
  const cache = useQueryClient();
  return () => cache.invalidateQueries({ queryKey: API_KEYS_KEY });
}

export function useCreateApiKey() {
  const api = useApi();
  return useIdempotentMutation(
    (body: ApiKeyCreate, header) => unwrap(api.POST("/api/v1/api-keys", { params: { header }, body })),
    useRefresh(),
  );
}

export function useRevokeApiKey(keyId: string) {
  const api = useApi();
  const onSuccess = useRefresh();
  return useMutation({
    mutationFn: () => unwrap(api.DELETE("/api/v1/api-keys/{keyId}", { params: { path: { keyId } } })),
    onSuccess,
  });
}
