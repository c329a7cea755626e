import type { EntitlementDetails, Feature, PlanFeature, Price } from "../catalog/catalog";
import { CHARGE_PERIODS, RESETS } from "../catalog/labels";
import { unitFor } from "../catalog/useFeatures";
import { formatCount, formatMoney, formatNumber } from "../ui/numbers";

/** What is said of one thing: in short, and then the terms of it. */
export interface Description {
  value: string;
  terms: string[];
}

/** What a plan gives of a feature: `200 exports per month` with `Hard limit`. */
export function describeEntitlement(entitlement: PlanFeature, feature: Feature | undefined): Description {
  const { featureType, details } = entitlement;
  if (featureType === "BOOLEAN") return { value: details.value === false ? "Off" : "On", terms: [] };
  const amount = describeAmount(details, feature);
  if (featureType === "CUSTOMIZABLE") return { value: amount, terms: [] };
  const value = details.hasUnlimitedUsage ? amount : `${amount} ${RESETS[details.reset]}`;
  return { value, terms: describeTerms(details, feature) };
}

function describeAmount({ value, hasUnlimitedUsage }: EntitlementDetails, feature: Feature | undefined) {
  if (hasUnlimitedUsage) return "Unlimited";
  return countUnits(Number(value ?? 0), feature);
}

function countUnits(count: number, feature: Feature | undefined): string {
  return `${formatNumber(count)} ${unitFor(feature, count)}`.trim();
}

function describeTerms(details: EntitlementDetails, feature: Feature | undefined): string[] {
  const { hasUnlimitedUsage, hardLimit, reset, resetTime, rollover, usageAlerts } = details;
  return [
    hasUnlimitedUsage ? `Counted ${RESETS[reset]}` : hardLimit ? "Hard limit" : "Soft limit",
    reset === "NEVER" ? "" : RESET_TIMES[resetTime],
    rollover?.enabled ? describeRollover(rollover, feature) : "",
    usageAlerts?.enabled ? describeAlerts(usageAlerts, feature) : "",
  ].filter(Boolean);
}

export const RESET_TIMES = {
  BEGINNING_OF_PERIOD: "Resets by the calendar",
  SUBSCRIPTION_START: "Resets by the subscription",
} as const;

function describeRollover(
  { percentage, limit }: NonNullable<EntitlementDetails["rollover"]>,
  feature: Feature | undefined,
): string {
  const most = limit === null || limit === undefined ? "" : `, at most ${countUnits(limit, feature)}`;
  return `${percentage}% of what is left rolls over${most}`;
}

function describeAlerts(
  { thresholds = [], thresholdType }: NonNullable<EntitlementDetails["usageAlerts"]>,
  feature: Feature | undefined,
): string {
  if (thresholds.length === 0) return "Alerts at no threshold";
  if (thresholdType !== "BALANCE") return `Alerts at ${joinWords(thresholds.map((each) => `${each}%`))} used`;
  const units = unitFor(feature, thresholds.at(-1) ?? 0);
  return ["Alerts at", joinWords(thresholds.map(formatNumber)), units, "left"].filter(Boolean).join(" ");
}

function joinWords(words: string[]): string {
  return new Intl.ListFormat("en", { type: "conjunction" }).format(words);
}

/** What a price is: `$20.00 per month` with `14 days free`. */
export function describePlanPrice(price: Price): Description {
  const { amount, currency, chargePeriod, priceType, trialPeriod } = price;
  const money = formatMoney(amount, currency);
  const values = {
    FREE: `Free ${CHARGE_PERIODS[chargePeriod]}`,
    PAID: `${money} ${CHARGE_PERIODS[chargePeriod]}`,
    CUSTOM: `By agreement, ${money} ${CHARGE_PERIODS[chargePeriod]}`,
  };
  return {
    value: values[priceType],
    terms: trialPeriod > 0 ? [`${formatCount(trialPeriod, "day")} free`] : [],
  };
}
