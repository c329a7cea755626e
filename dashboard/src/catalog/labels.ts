import { formatMoney } from "../ui/numbers";
import type {
  Filter,
  FilterOperator,
  AggregationFunction,
  ChargePeriod,
  Feature,
  FeatureType,
  Price,
  PriceType,
  Reset,
} from "./catalog";

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

/** How a price is charged, as its name. */
export const CHARGE_PERIOD_NAMES: Record<ChargePeriod, string> = {
  ONE_TIME: "Once",
  DAILY: "Daily",
  WEEKLY: "Weekly",
  TWENTY_EIGHT_DAYS: "Every 28 days",
  MONTHLY: "Monthly",
  THREE_MONTHS: "Every 3 months",
  SIX_MONTHS: "Every 6 months",
  YEARLY: "Yearly",
};

export const PRICE_TYPES: Record<PriceType, string> = { PAID: "Paid", FREE: "Free", CUSTOM: "By agreement" };

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

/** How often usage starts from 0 again, as its name. */
export const RESET_NAMES: Record<Reset, string> = {
  NEVER: "Never",
  EVERY_HOUR: "Every hour",
  EVERY_DAY: "Every day",
  EVERY_WEEK: "Every week",
  EVERY_28_DAYS: "Every 28 days",
  EVERY_MONTH: "Every month",
  EVERY_QUARTER: "Every quarter",
  EVERY_YEAR: "Every year",
};

/** What the event's property, or without one the events themselves, are aggregated to. */
export const AGGREGATIONS: Record<AggregationFunction, string> = {
  COUNT: "Number of events",
  SUM: "Sum",
  MAX: "Highest value",
  MIN: "Lowest value",
  LATEST: "Latest value",
  UNIQUE: "Different values",
  AVERAGE: "Average",
};

export const FILTER_OPERATORS: Record<FilterOperator, string> = {
  EQUALS: "is",
  NOT_EQUALS: "is not",
  CONTAINS: "contains",
  GREATER_THAN: "is over",
  LESS_THAN: "is under",
};

/** `region is "eu"`, `pages is over 10`. */
export function describeFilter({ property, operator, value }: Filter): string {
  return `${property} ${FILTER_OPERATORS[operator]} ${JSON.stringify(value)}`;
}

/** What is counted of a metered feature: `Sum of pages in report.created`; nothing of the others. */
export function describeCounting({ featureType, meter }: Feature): string | undefined {
  if (featureType !== "METER") return undefined;
  if (!meter) return "Reported usage";
  const { function: name, field } = meter.aggregation;
  return field
    ? `${AGGREGATIONS[name]} of ${field} in ${meter.eventName}`
    : `Number of ${meter.eventName} events`;
}

/** `$20.00 per month`, with the trial where there is one. */
export function describePrice({ amount, currency, chargePeriod, freeTrial, trialPeriod }: Price): string {
  const price = `${formatMoney(amount, currency)} ${CHARGE_PERIODS[chargePeriod]}`;
  return freeTrial ? `${price}, ${trialPeriod} days free` : price;
}
