import { useQuery } from "@tanstack/react-query";

import { useApi } from "../api/useApi";
import type { PlanFeature } from "./catalog";
import { planFeaturesQuery } from "./queries";

const NONE: PlanFeature[] = [];

/** What a plan's published version gives; nothing while it loads or no plan is chosen. */
export function usePlanFeatures(plan: string): PlanFeature[] {
  const { data } = useQuery(planFeaturesQuery(useApi(), plan));
  return data ?? NONE;
}
