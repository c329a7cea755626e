import type { Feature } from "../catalog/catalog";
import { RESETS } from "../catalog/labels";
import { unitFor } from "../catalog/useFeatures";
import { formatNumber } from "../ui/numbers";
import type { SubscribedFeature } from "./subscription";

/** `200 exports`, `Unlimited`, `Included`. */
export function describeSubscribed(
  { featureType, value, hasUnlimitedUsage }: SubscribedFeature,
  feature: Feature | undefined,
): string {
  if (featureType === "BOOLEAN") return value === 0 ? "Not included" : "Included";
  if (hasUnlimitedUsage || value === null) return "Unlimited";
  return `${formatNumber(value)} ${unitFor(feature, value)}`.trim();
}

/** In which window usage counts, `per month, from its start`; empty for what is not metered. */
export function describeWindow({ featureType, reset, resetTime }: SubscribedFeature): string {
  if (featureType !== "METER") return "";
  return reset !== "NEVER" && resetTime === "SUBSCRIPTION_START"
    ? `${RESETS[reset]}, from its start`
    : RESETS[reset];
}

/** What happens at the limit; empty where there is none. */
export function describeLimit({ featureType, hasUnlimitedUsage, hardLimit }: SubscribedFeature): string {
  if (featureType !== "METER" || hasUnlimitedUsage) return "";
  return hardLimit ? "hard limit" : "soft limit";
}
