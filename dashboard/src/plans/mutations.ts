import { useMutation } from "@tanstack/react-query";

import { unwrap } from "../api/client";
import { useApi } from "../api/useApi";
import { useIdempotentMutation } from "../api/useIdempotentMutation";
import type { EntitlementDetails, PlanCreate, PlanPublish, PlanUpdate, PriceInput } from "../catalog/catalog";
import { useRefreshCatalog } from "../catalog/useRefreshCatalog";
import type { PlanVersion } from "./queries";

/** A change is made to the plan as the person has seen it; another state is refused with 412. */
function paramsOf({ plan, etag }: PlanVersion) {
  return { path: { plan: plan.identifier }, header: { "If-Match": etag } };
}

export function useCreatePlan() {
  const api = useApi();
  return useIdempotentMutation(
    (body: PlanCreate, header) => unwrap(api.POST("/api/v1/catalog/plans", { params: { header }, body })),
    useRefreshCatalog(),
  );
}

export function useUpdatePlan(seen: PlanVersion) {
  const api = useApi();
  const onSuccess = useRefreshCatalog();
  return useMutation({
    mutationFn: (body: PlanUpdate) =>
      unwrap(api.PATCH("/api/v1/catalog/plans/{plan}", { params: paramsOf(seen), body })),
    onSuccess,
  });
}

export function useArchivePlan(seen: PlanVersion) {
  const api = useApi();
  const onSuccess = useRefreshCatalog();
  return useMutation({
    mutationFn: () => unwrap(api.DELETE("/api/v1/catalog/plans/{plan}", { params: paramsOf(seen) })),
    onSuccess,
  });
}

/** Removes the draft, and with it a plan that was never published: `onDone` leads away from its page first. */
export function useDiscardDraft(seen: PlanVersion, onDone: () => Promise<void>) {
  const api = useApi();
  const refresh = useRefreshCatalog();
  return useMutation({
    mutationFn: () => unwrap(api.DELETE("/api/v1/catalog/plans/{plan}/discard", { params: paramsOf(seen) })),
    onSuccess: async () => {
      await onDone();
      await refresh();
    },
  });
}

export function usePublishPlan(seen: PlanVersion) {
  const api = useApi();
  const { path, header } = paramsOf(seen);
  return useIdempotentMutation((body: PlanPublish, key) => {
    const params = { path, header: { ...header, ...key } };
    return unwrap(api.POST("/api/v1/catalog/plans/{plan}/publish", { params, body }));
  }, useRefreshCatalog());
}

export function useReplacePrices(seen: PlanVersion) {
  const api = useApi();
  const { path, header } = paramsOf(seen);
  return useIdempotentMutation((prices: PriceInput[], key) => {
    const params = { path, header: { ...header, ...key } };
    return unwrap(api.POST("/api/v1/catalog/plans/{plan}/prices/bulk", { params, body: { prices } }));
  }, useRefreshCatalog());
}

export interface PlanFeatureDraft {
  feature: string;
  details: EntitlementDetails;
}

export function useAddPlanFeature(seen: PlanVersion) {
  const api = useApi();
  const { path, header } = paramsOf(seen);
  return useIdempotentMutation((draft: PlanFeatureDraft, key) => {
    const params = { path, header: { ...header, ...key } };
    const body = { planEntitlements: [draft] };
    return unwrap(api.POST("/api/v1/catalog/plans/{plan}/features", { params, body }));
  }, useRefreshCatalog());
}

export function useUpdatePlanFeature(seen: PlanVersion) {
  const api = useApi();
  const onSuccess = useRefreshCatalog();
  const { path, header } = paramsOf(seen);
  return useMutation({
    mutationFn: ({ feature, details }: PlanFeatureDraft) => {
      const params = { path: { ...path, feature }, header };
      return unwrap(
        api.PATCH("/api/v1/catalog/plans/{plan}/features/{feature}", { params, body: { details } }),
      );
    },
    onSuccess,
  });
}

export function useRemovePlanFeature(seen: PlanVersion) {
  const api = useApi();
  const onSuccess = useRefreshCatalog();
  const { path, header } = paramsOf(seen);
  return useMutation({
    mutationFn: (feature: string) => {
      const params = { path: { ...path, feature }, header };
      return unwrap(api.DELETE("/api/v1/catalog/plans/{plan}/features/{feature}", { params }));
    },
    onSuccess,
  });
}
