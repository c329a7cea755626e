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
