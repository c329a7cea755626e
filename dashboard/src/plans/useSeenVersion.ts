import { useQueryClient } from "@tanstack/react-query";

import { useApi } from "../api/useApi";
import { useSeen } from "../api/useSeen";
import { planQuery, planVersionQuery, type PlanVersion } from "./queries";
import { newestVersion } from "./versions";

/** The newest version of a plan, which an edit changes. */
export function useSeenVersion(version: PlanVersion) {
  const api = useApi();
  const cache = useQueryClient();
  const { identifier } = version.plan;
  return useSeen(version, async () => {
    const plan = await cache.query({ ...planQuery(api, identifier), staleTime: 0 });
    return cache.query({ ...planVersionQuery(api, identifier, newestVersion(plan)), staleTime: 0 });
  });
}
