import { useMutation, useQueryClient } from "@tanstack/react-query";

import { ifMatch, unwrap } from "../api/client";
import { useApi } from "../api/useApi";
import type {
  Subscription,
  SubscriptionCancel,
  SubscriptionCreate,
  SubscriptionUpdate,
} from "./subscription";

/** What a customer has depends on the subscriptions, so all but the catalogue is read again. */
function useRefresh() {
  const cache = useQueryClient();
  return () => cache.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "catalog" });
}

function paramsOf({ id, version }: Subscription) {
  return { path: { subscriptionId: id }, header: ifMatch(version) };
}

export function useCreateSubscription() {
  const api = useApi();
  const onSuccess = useRefresh();
  return useMutation({
    mutationFn: (body: SubscriptionCreate) => unwrap(api.POST("/api/v1/subscriptions/create", { body })),
    onSuccess,
  });
}

export function useUpdateSubscription(subscription: Subscription) {
  const api = useApi();
  const onSuccess = useRefresh();
  return useMutation({
    mutationFn: (body: SubscriptionUpdate) =>
      unwrap(
        api.POST("/api/v1/subscriptions/{subscriptionId}/update", { params: paramsOf(subscription), body }),
      ),
    onSuccess,
  });
}

export function useCancelSubscription(subscription: Subscription) {
  const api = useApi();
  const onSuccess = useRefresh();
  return useMutation({
    mutationFn: (body: SubscriptionCancel) =>
      unwrap(
        api.POST("/api/v1/subscriptions/{subscriptionId}/cancel", { params: paramsOf(subscription), body }),
      ),
    onSuccess,
  });
}

export function useUndoChange(subscription: Subscription) {
  const api = useApi();
  const onSuccess = useRefresh();
  return useMutation({
    mutationFn: () =>
      unwrap(api.POST("/api/v1/subscriptions/{subscriptionId}/undo", { params: paramsOf(subscription) })),
    onSuccess,
  });
}
