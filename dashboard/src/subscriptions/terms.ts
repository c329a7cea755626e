import type { ChargePeriod, PlanFeature } from "../catalog/catalog";
import type { FeatureQuantity, SubscribedFeature } from "./subscription";

/** How much is bought of a feature, by identifier; a text while a number is typed. */
export type Quantities = Record<string, number | string>;

/** Which plan, for which period, with how much of its features. The names are those of the API's fields. */
export interface Terms {
  planIdentifier: string;
  chargePeriod: ChargePeriod | "";
  quantities: Quantities;
}

/** Only what a plan gives a number of can be bought in another quantity. */
export function hasQuantity({ featureType, details }: PlanFeature): boolean {
  return featureType !== "BOOLEAN" && !details.hasUnlimitedUsage;
}

/** What is bought so far of the features of the same plan. */
export function readQuantities(features: SubscribedFeature[]): Quantities {
  return Object.fromEntries(features.map(({ identifier, value }) => [identifier, value ?? ""]));
}

/** What a request says: the quantities that are not the plan's own. A field that was emptied means the plan's. */
export function listQuantities(features: PlanFeature[], quantities: Quantities): FeatureQuantity[] {
  return features.filter(hasQuantity).flatMap(({ feature, details }) => {
    const quantity = quantities[feature];
    return typeof quantity === "number" && quantity !== details.value
      ? [{ identifier: feature, quantity }]
      : [];
  });
}
