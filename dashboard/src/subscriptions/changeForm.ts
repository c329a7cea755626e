import type { PlanFeature } from "../catalog/catalog";
import type { Subscription, SubscriptionUpdate } from "./subscription";
import { listQuantities, readQuantities, type Terms } from "./terms";

/** When a change applies: now, when the period ends, or once its payment is reported. */
export type When = "NOW" | "PERIOD_END" | "PAYMENT";

export interface ChangeValues extends Terms {
  when: When;
  endsTrial: boolean;
}

export function presentTerms({ plan, chargePeriod, features }: Subscription): ChangeValues {
  return {
    planIdentifier: plan.identifier,
    chargePeriod,
    quantities: readQuantities(features),
    when: "NOW",
    endsTrial: false,
  };
}

/** The request for what was chosen; null while nothing is, or nothing else than what applies now. */
export function readUpdate(
  subscription: Subscription,
  planFeatures: PlanFeature[],
  { planIdentifier, chargePeriod, quantities, when, endsTrial }: ChangeValues,
): SubscriptionUpdate | null {
  if (chargePeriod === "") return null;
  const isSamePlan = planIdentifier === subscription.plan.identifier;
  const bought = listQuantities(planFeatures, isSamePlan ? readQuantities(subscription.features) : {});
  const wanted = listQuantities(planFeatures, quantities);
  const hasOtherQuantities = JSON.stringify(wanted) !== JSON.stringify(bought);
  const endsNow = endsTrial && when === "NOW";
  const isSame = isSamePlan && chargePeriod === subscription.chargePeriod && !hasOtherQuantities;
  if (isSame && !endsNow) return null;
  return {
    planIdentifier,
    chargePeriod,
    ...(hasOtherQuantities && { features: wanted }),
    ...(endsNow && { trialEnd: "now" }),
    ...(when === "PAYMENT" && { paymentBehavior: "activate_on_payment" }),
    effective: when === "PERIOD_END" ? "PERIOD_END" : "NOW",
  };
}
