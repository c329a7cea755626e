import type { components } from "../api/schema.gen";

export type Feature = components["schemas"]["FeatureModel"];
export type FeatureType = components["schemas"]["FeatureType"];
export type Plan = components["schemas"]["PlanModel"];
export type Price = components["schemas"]["PriceModel"];
export type ChargePeriod = components["schemas"]["ChargePeriod"];
export type Reset = components["schemas"]["Reset"];
