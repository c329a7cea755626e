import type { components } from "../api/schema.gen";

export type Subscription = components["schemas"]["SubscriptionModel"];
export type SubscriptionStatus = components["schemas"]["SubscriptionStatus"];
export type SubscriptionCreate = components["schemas"]["SubscriptionCreate"];
export type SubscriptionUpdate = components["schemas"]["SubscriptionUpdate"];
export type SubscriptionCancel = components["schemas"]["SubscriptionCancel"];
export type CancellationType = components["schemas"]["CancellationType"];
export type UpdatePreview = components["schemas"]["UpdatePreview"];
export type SubscribedFeature = components["schemas"]["SubscribedFeature"];
export type FeatureQuantity = components["schemas"]["FeatureQuantity"];
export type PaymentReport = components["schemas"]["PaymentRequest"];
export type PreviewedEntitlement = components["schemas"]["PreviewedEntitlement"];

const LIVE = new Set<SubscriptionStatus>(["scheduled", "incomplete", "trialing", "active", "past_due"]);

export function isLive({ status }: Subscription): boolean {
  return LIVE.has(status);
}

/** Whether there is a cancel or a change to come that can be undone. */
export function hasPending(subscription: Subscription): boolean {
  const { canceledAt, pendingChange, unpaidChange } = subscription;
  return isLive(subscription) && (canceledAt ?? pendingChange ?? unpaidChange) !== null;
}

/** Whether a payment is awaited: the first one, one that failed, or that of a change. */
export function awaitsPayment({ status, unpaidChange }: Subscription): boolean {
  return status === "incomplete" || status === "past_due" || unpaidChange !== null;
}

/** When the next period begins; null where none follows. */
export function renewalOf(subscription: Subscription): string | null {
  const { billingPeriodEndTime, endDate, status } = subscription;
  if (!isLive(subscription) || status === "incomplete" || billingPeriodEndTime === null) return null;
  const endsFirst = endDate !== null && new Date(endDate) <= new Date(billingPeriodEndTime);
  return endsFirst ? null : billingPeriodEndTime;
}
