import { formatMoney } from "../ui/numbers";
import type { ChargePeriod, FeatureType, Price, Reset } from "./catalog";

export const CHARGE_PERIODS: Record<ChargePeriod, string> = {
  ONE_TIME: "once",
  DAILY: "per day",
  WEEKLY: "per week",
  TWENTY_EIGHT_DAYS: "per 28 days",
  MONTHLY: "per month",
  THREE_MONTHS: "per 3 months",
  SIX_MONTHS: "per 6 months",
  YEARLY: "per year",
};

export const FEATURE_TYPES: Record<FeatureType, string> = {
  BOOLEAN: "On or off",
  CUSTOMIZABLE: "Number",
  METER: "Metered",
};

export const RESETS: Record<Reset, string> = {
  NEVER: "in all",
  EVERY_HOUR: "per hour",
  EVERY_DAY: "per day",
  EVERY_WEEK: "per week",
  EVERY_28_DAYS: "per 28 days",
  EVERY_MONTH: "per month",
  EVERY_QUARTER: "per quarter",
  EVERY_YEAR: "per year",
};

/** `$20.00 per month`, with the trial where there is one. */
export function describePrice({ amount, currency, chargePeriod, freeTrial, trialPeriod }: Price): string {
  const price = `${formatMoney(amount, currency)} ${CHARGE_PERIODS[chargePeriod]}`;
  return freeTrial ? `${price}, ${trialPeriod} days free` : price;
}
