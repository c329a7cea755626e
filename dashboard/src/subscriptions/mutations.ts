import { useQueryClient } from "@tanstack/react-query";

import { ifMatch, unwrap } from "../api/client";
import { useApi } from "../api/useApi";
import { useIdempotentMutation, type IdempotencyHeader } from "../api/useIdempotentMutation";
import type {
  PaymentReport,
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

function paramsOf({ id, version }: Subscription, header: IdempotencyHeader) {
  return { path: { subscriptionId: id }, header: { ...ifMatch(version), ...header } };
}

export function useCreateSubscription() {
  const api = useApi();
  return useIdempotentMutation(
    (body: SubscriptionCreate, header) =>
      unwrap(api.POST("/api/v1/subscriptions/create", { params: { header }, body })),
    useRefresh(),
  );
}

export function useUpdateSubscription(subscription: Subscription) {
  const api = useApi();
  return useIdempotentMutation((body: SubscriptionUpdate, header) => {
    const params = paramsOf(subscription, header);
    return unwrap(api.POST("/api/v1/subscriptions/{subscriptionId}/update", { params, body }));
  }, useRefresh());
}

export function useCancelSubscription(subscription: Subscription) {
  const api = useApi();
  return useIdempotentMutation((body: SubscriptionCancel, header) => {
    const params = paramsOf(subscription, header);
    return unwrap(api.POST("/api/v1/subscriptions/{subscriptionId}/cancel", { params, body }));
  }, useRefresh());
}

export function useUndoChange(subscription: Subscription) {
  const api = useApi();
  return useIdempotentMutation((_: undefined, header) => {
    const params = paramsOf(subscription, header);
    return unwrap(api.POST("/api/v1/subscriptions/{subscriptionId}/undo", { params }));
  }, useRefresh());
}

export function useReportPayment({ id }: Subscription) {
  const api = useApi();
  return useIdempotentMutation((body: PaymentReport, header) => {
    const params = { path: { subscriptionId: id }, header };
    return unwrap(api.POST("/api/v1/subscriptions/{subscriptionId}/payment", { params, body }));
  }, useRefresh());
}
