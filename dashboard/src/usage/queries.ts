import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { unwrap, type Api } from "../api/client";
import type { FeatureUsage, Interval } from "./usage";

export interface UsageQuestion {
  customerId: string;
  feature: string;
  from: string;
  interval: Interval;
}

export const USAGE_KEY = ["usage"] as const;

const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;

export function usageQuery(api: Api, { customerId, feature, from, interval }: UsageQuestion) {
  const query = { featureId: [feature], from, interval, timezone };
  return queryOptions({
    queryKey: [...USAGE_KEY, customerId, query],
    queryFn: async ({ signal }): Promise<FeatureUsage> => {
      const params = { path: { customerId }, query };
      const answer = await unwrap(api.GET("/api/v1/customers/{customerId}/usage", { params, signal }));
      if (typeof answer === "string" || "results" in answer) {
        throw new Error("The usage of one feature was asked for, and something else was answered.");
      }
      return answer;
    },
    enabled: feature !== "",
    placeholderData: keepPreviousData,
  });
}
