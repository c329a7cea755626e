import { useQuery } from "@tanstack/react-query";

import { useApi } from "../api/useApi";
import type { Feature } from "./catalog";
import { featuresQuery } from "./queries";

/** The features by identifier. While they load, and where that fails, identifiers stand in for names. */
export function useFeatures(): Map<string, Feature> {
  const { data } = useQuery(featuresQuery(useApi()));
  return new Map(data?.map((feature) => [feature.identifier, feature]));
}

/** The word for that many of a feature, such as `seats`; empty where it has none. */
export function unitFor(feature: Feature | undefined, count: number): string {
  const units = feature?.featureDetails?.units;
  if (!units) return "";
  return count === 1 ? units.singular : units.plural;
}
