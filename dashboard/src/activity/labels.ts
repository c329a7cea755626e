import { CHARGE_PERIOD_NAMES, RESET_NAMES } from "../catalog/labels";
import type { Actor, ChangeKind } from "./activity";

export const KINDS: Record<ChangeKind, string> = {
  "customer.created": "Customer created",
  "customer.imported": "Customer imported",
  "customer.updated": "Customer changed",
  "customer.archived": "Customer archived",
  "customer.unarchived": "Customer unarchived",
  "customer.erased": "Customer erased",
  "subscription.created": "Subscription created",
  "subscription.updated": "Subscription changed",
  "subscription.plan_changed": "Plan changed",
  "subscription.renewed": "Subscription renewed",
  "subscription.cancel_scheduled": "Cancellation scheduled",
  "subscription.canceled": "Subscription canceled",
  "subscription.expired": "Subscription expired unpaid",
  "override.set": "Override set",
  "override.removed": "Override removed",
  "grant.created": "Grant added",
  "grant.updated": "Grant changed",
  "grant.removed": "Grant removed",
  "usage.reset": "Usage reset",
  "alert.reached": "Usage alert",
};

/** A map, as a name may be any word of a customer's metadata, such as `constructor`. */
const ATTRIBUTES = new Map(
  Object.entries({
    billingAddress: "Billing address",
    billingId: "Billing ID",
    billingPeriodEndTime: "Period ends",
    billingPeriodStartTime: "Period starts",
    canceledAt: "Canceled",
    cancellationComment: "Comment",
    cancellationFeedback: "Feedback",
    cancellationReason: "Reason",
    chargePeriod: "Charged",
    currentUsage: "Used",
    endTime: "Ends",
    expiresOn: "Expires",
    hardLimit: "Hard limit",
    hasUnlimitedUsage: "Unlimited",
    lastPayment: "Payment",
    occurredOn: "On",
    paymentId: "Payment ID",
    pendingChange: "Change to come",
    periodEnd: "Period ends",
    periodStart: "Period starts",
    planIdentifier: "Plan",
    planVersion: "Version",
    resetTime: "Windows begin",
    startsOn: "Starts",
    startTime: "Starts",
    thresholdType: "Threshold in",
    thresholdValue: "Threshold",
    trialEnd: "Trial ends",
    unpaidChange: "Change to be paid",
    usageAlerts: "Alerts",
    usageLimit: "Limit",
  }),
);

const WORDS = new Map([
  ["chargePeriod", new Map(Object.entries(CHARGE_PERIOD_NAMES))],
  ["reset", new Map(Object.entries(RESET_NAMES))],
]);

/** `Plan` for `planIdentifier`, `Email` for `email`. */
export function labelAttribute(name: string): string {
  return ATTRIBUTES.get(name) ?? name.charAt(0).toUpperCase() + name.slice(1);
}

/** `Yearly` for the charge period `YEARLY`; a text that is no word of the API as it is. */
export function labelValue(attribute: string, value: string): string {
  return WORDS.get(attribute)?.get(value) ?? value;
}

/** Who made a change, in words. */
export function describeActor(actor: Actor | null): string {
  switch (actor?.kind) {
    case "api_key":
      return `Key ${actor.name ?? ""}`;
    case "person":
      return actor.name ?? "A person";
    case "schedule":
      return "Time passed";
    case "migration":
      return "Plan published";
    case "usage":
      return "Usage";
    case undefined:
      return "Unknown";
  }
}
