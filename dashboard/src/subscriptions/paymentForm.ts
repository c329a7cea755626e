import type { PaymentReport, Subscription } from "./subscription";

export interface PaymentValues {
  outcome: PaymentReport["outcome"];
  /** As an input of the type `datetime-local` has it: without a time zone, which is the reader's. */
  occurredOn: string;
  paymentId: string;
  paymentFor: NonNullable<PaymentReport["paymentFor"]>;
}

export const EMPTY_PAYMENT: PaymentValues = {
  outcome: "SUCCEEDED",
  occurredOn: "",
  paymentId: "",
  paymentFor: "SUBSCRIPTION",
};

/** Whether a payment of the subscription and one of a change are awaited, so that a report must say which it is. */
export function awaitsBoth({ status, unpaidChange }: Subscription): boolean {
  return status === "past_due" && unpaidChange !== null;
}

/** The request; what was left empty is not in it. */
export function readPayment(values: PaymentValues, subscription: Subscription): PaymentReport {
  const { outcome, occurredOn, paymentId, paymentFor } = values;
  return {
    outcome,
    ...(occurredOn && { occurredOn: new Date(occurredOn).toISOString() }),
    ...(paymentId.trim() && { paymentId: paymentId.trim() }),
    ...(awaitsBoth(subscription) && { paymentFor }),
  };
}
