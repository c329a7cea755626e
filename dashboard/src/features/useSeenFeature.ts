import { useQueryClient } from "@tanstack/react-query";

import { useApi } from "../api/useApi";
import { useSeen } from "../api/useSeen";
import type { Feature } from "../catalog/catalog";
import { featureQuery } from "./queries";

export function useSeenFeature(feature: Feature) {
  const api = useApi();
  const cache = useQueryClient();
  return useSeen(feature, () => cache.query({ ...featureQuery(api, feature.identifier), staleTime: 0 }));
}
