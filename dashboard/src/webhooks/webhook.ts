import type { components } from "../api/schema.gen";

export type Endpoint = components["schemas"]["WebhookEndpointModel"];
export type EndpointCreate = components["schemas"]["WebhookEndpointCreate"];
export type EndpointUpdate = components["schemas"]["WebhookEndpointUpdate"];
export type EndpointWithSecret = components["schemas"]["WebhookEndpointWithSecret"];
export type EventType = components["schemas"]["EventType"];
export type Signature = components["schemas"]["Signature"];
export type Delivery = components["schemas"]["WebhookDeliveryModel"];
export type Attempt = components["schemas"]["WebhookAttempt"];
export type Failure = components["schemas"]["Failure"];

export const EVENT_TYPES: readonly EventType[] = [
  "customer.created",
  "customer.updated",
  "subscription.created",
  "subscription.updated",
  "subscription.cancelled",
  "subscription.plan_changed",
  "feature.usage_alert",
];

interface SignatureWords {
  label: string;
  description: string;
}

export const SIGNATURES: Record<Signature, SignatureWords> = {
  standard: {
    label: "Standard Webhooks",
    description: "For the libraries of standardwebhooks.com, in every language.",
  },
  kelviq: { label: "Kelviq", description: "For receivers that verify with Kelviq's libraries." },
};

/** Why there was no answer, in a sentence. */
export const FAILURES: Record<Failure, string> = {
  NAME_NOT_FOUND: "The name has no address.",
  ADDRESS_REFUSED: "The name leads to an address that is not public.",
  CONNECTION_FAILED: "Nobody took the connection.",
  TLS_FAILED: "The certificate is not valid for the name.",
  TIMED_OUT: "There was no whole answer within ten seconds.",
  ANSWER_INCOMPLETE: "The connection ended before the answer did.",
  ENDPOINT_PAUSED: "Not sent yet: the endpoint keeps failing, and is left alone for a minute.",
  ENDPOINT_DISABLED: "Not sent: the endpoint is disabled.",
  ENDPOINT_DELETED: "Not sent: the endpoint was deleted.",
};

/** `200`, or why there is none. */
export function describeOutcome({ statusCode, failure }: Pick<Delivery, "statusCode" | "failure">): string {
  if (failure) return FAILURES[failure];
  return statusCode === null ? "–" : `Answered ${String(statusCode)}`;
}
