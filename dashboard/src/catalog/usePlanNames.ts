import { useQuery } from "@tanstack/react-query";

import { useApi } from "../api/useApi";
import { plansOnSaleQuery } from "./queries";

/** Finds the name of a plan. While plans load, and for one that is not on sale any more, it is the identifier. */
export function usePlanNames(): (identifier: string) => string {
  const { data } = useQuery(plansOnSaleQuery(useApi()));
  return (identifier) => data?.find((plan) => plan.identifier === identifier)?.name ?? identifier;
}
