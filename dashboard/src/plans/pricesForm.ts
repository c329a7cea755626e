import type { ChargePeriod, Price, PriceInput, PriceType } from "../catalog/catalog";
import { CHARGE_PERIOD_NAMES } from "../catalog/labels";

export interface PriceValues {
  chargePeriod: ChargePeriod;
  priceType: PriceType;
  amount: string;
  currency: string;
  trialPeriod: number | string;
}

/** The fields of the form, named as in the request, so that the API's texts find their fields. */
export interface PricesValues {
  prices: PriceValues[];
}

const PERIODS = Object.keys(CHARGE_PERIOD_NAMES) as ChargePeriod[];
/** Most plans are sold by the month, then by the year. */
const USUAL: ChargePeriod[] = ["MONTHLY", "YEARLY"];

export const MAX_PRICES = PERIODS.length;

export function readPricesValues(prices: Price[]): PricesValues {
  const values = prices.map(({ chargePeriod, priceType, amount, currency, trialPeriod }) => ({
    chargePeriod,
    priceType,
    amount,
    currency,
    trialPeriod: trialPeriod > 0 ? trialPeriod : "",
  }));
  return { prices: values.length > 0 ? values : [nextPrice([])] };
}

/** One more price, for a period that has none, in the currency of the others. */
export function nextPrice(prices: PriceValues[]): PriceValues {
  const isFree = (period: ChargePeriod) => prices.every(({ chargePeriod }) => chargePeriod !== period);
  const chargePeriod = [...USUAL, ...PERIODS].find(isFree) ?? "MONTHLY";
  const currency = prices.at(-1)?.currency ?? "USD";
  return { chargePeriod, priceType: "PAID", amount: "", currency, trialPeriod: "" };
}

/** What the API checks, too, said before anything is sent. */
export function validatePrices({ prices }: PricesValues): Record<string, string | null> {
  const checks = prices.flatMap(({ chargePeriod, priceType, amount }, index): [string, string | null][] => {
    const isTwice = prices.findIndex((other) => other.chargePeriod === chargePeriod) < index;
    const isMissing = priceType === "PAID" && !amount.trim();
    return [
      [`prices.${index}.chargePeriod`, isTwice ? "This period has a price already." : null],
      [`prices.${index}.amount`, isMissing ? "Name the amount." : null],
    ];
  });
  return Object.fromEntries(checks);
}

export function toPriceInputs({ prices }: PricesValues): PriceInput[] {
  return prices.map(({ chargePeriod, priceType, amount, currency, trialPeriod }) => {
    const days = chargePeriod === "ONE_TIME" ? 0 : Number(trialPeriod);
    return {
      chargePeriod,
      priceType,
      amount: priceType === "FREE" ? null : amount.trim() || null,
      currency: currency as PriceInput["currency"],
      freeTrial: days > 0,
      trialPeriod: days,
      enabled: true,
    };
  });
}
