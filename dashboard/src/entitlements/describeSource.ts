import type { Feature } from "../catalog/catalog";
import { RESETS } from "../catalog/labels";
import { unitFor } from "../catalog/useFeatures";
import { formatNumber } from "../ui/numbers";
import type { EntitlementSource } from "./entitlement";

/** `Plan team v2`, `Grant`, `Override`. */
export function nameSource({ type, planIdentifier, planVersion }: EntitlementSource): string {
  if (type === "subscription") return `Plan ${planIdentifier ?? ""} v${planVersion ?? ""}`;
  return type === "grant" ? "Grant" : "Override";
}

/** `200 exports per month`, `unlimited`, `on`. */
export function describeSource(
  { value, unlimited, reset }: EntitlementSource,
  feature: Feature | undefined,
  isBoolean: boolean,
): string {
  if (isBoolean) return value === 0 ? "off" : "on";
  if (unlimited) return "unlimited";
  const amount = value ?? 0;
  const isMeter = feature?.featureType === "METER";
  const parts = [formatNumber(amount), unitFor(feature, amount), isMeter && reset ? RESETS[reset] : ""];
  return parts.filter(Boolean).join(" ");
}
