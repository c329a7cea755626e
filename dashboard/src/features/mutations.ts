import { useMutation } from "@tanstack/react-query";

import { ifMatch, unwrap } from "../api/client";
import { useApi } from "../api/useApi";
import { useIdempotentMutation } from "../api/useIdempotentMutation";
import type { Feature, FeatureCreate, FeatureUpdate } from "../catalog/catalog";
import { useRefreshCatalog } from "../catalog/useRefreshCatalog";

/** A change is made to the version that the person has seen; another one is refused with 412. */
function paramsOf({ identifier, version }: Feature) {
  return { path: { feature: identifier }, header: ifMatch(version) };
}

export function useCreateFeature() {
  const api = useApi();
  return useIdempotentMutation(
    (body: FeatureCreate, header) =>
      unwrap(api.POST("/api/v1/catalog/features", { params: { header }, body })),
    useRefreshCatalog(),
  );
}

export function useUpdateFeature(feature: Feature) {
  const api = useApi();
  const onSuccess = useRefreshCatalog();
  return useMutation({
    mutationFn: (body: FeatureUpdate) =>
      unwrap(api.PATCH("/api/v1/catalog/features/{feature}", { params: paramsOf(feature), body })),
    onSuccess,
  });
}

export function useArchiveFeature(feature: Feature) {
  const api = useApi();
  const onSuccess = useRefreshCatalog();
  return useMutation({
    mutationFn: () => unwrap(api.DELETE("/api/v1/catalog/features/{feature}", { params: paramsOf(feature) })),
    onSuccess,
  });
}
