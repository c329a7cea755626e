import { locale } from "../time/locale";

const format = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });

/** With thousands: `5,083`. */
export function formatNumber(value: number): string {
  return format.format(value);
}

/** `1 customer`, `5,083 customers`. */
export function formatCount(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatNumber(count)} ${count === 1 ? singular : plural}`;
}

/** `$1,200.00` for the decimal text `1200.00` in USD. */
export function formatMoney(amount: string | number, currency: string): string {
  return new Intl.NumberFormat(locale, { style: "currency", currency }).format(Number(amount));
}
