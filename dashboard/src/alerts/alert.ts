import type { components } from "../api/schema.gen";
import type { Feature } from "../catalog/catalog";
import { unitFor } from "../catalog/useFeatures";
import { formatNumber } from "../ui/numbers";

export type Alert = components["schemas"]["ListedAlertModel"];

/** `80% used`, `10 exports left`. */
export function describeThreshold(
  { thresholdType, thresholdValue }: Alert,
  feature: Feature | undefined,
): string {
  if (thresholdType === "PERCENTAGE") return `${formatNumber(thresholdValue)}% used`;
  return [formatNumber(thresholdValue), unitFor(feature, thresholdValue), "left"].filter(Boolean).join(" ");
}

/** `81 of 100 exports`: when the threshold was reached. */
export function describeUsage({ currentUsage, usageLimit }: Alert, feature: Feature | undefined): string {
  const amount = `${formatNumber(currentUsage)} of ${formatNumber(usageLimit)}`;
  return [amount, unitFor(feature, usageLimit)].filter(Boolean).join(" ");
}
