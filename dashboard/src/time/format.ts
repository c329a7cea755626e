import { locale } from "./locale";

const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
const moment = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const exact = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "long" });
const exactUtc = new Intl.DateTimeFormat(locale, {
  dateStyle: "medium",
  timeStyle: "medium",
  timeZone: "UTC",
});
const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * DAY],
  ["month", 30 * DAY],
  ["day", DAY],
  ["hour", HOUR],
  ["minute", MINUTE],
];

/** `29 Nov 2026`, in the reader's zone. */
export function formatDay(iso: string): string {
  return day.format(new Date(iso));
}

/** `29 Nov 2026, 14:05`, in the reader's zone. */
export function formatMoment(iso: string): string {
  return moment.format(new Date(iso));
}

/** The time in the reader's zone to the second. */
export function formatExact(iso: string): string {
  return exact.format(new Date(iso));
}

export function formatUtc(iso: string): string {
  return `${exactUtc.format(new Date(iso))} UTC`;
}

/** `3 days ago`, `in 2 hours`; `just now` within a minute. */
export function formatRelative(iso: string, now: number): string {
  const distance = new Date(iso).getTime() - now;
  for (const [unit, length] of UNITS) {
    if (Math.abs(distance) >= length) return relative.format(Math.round(distance / length), unit);
  }
  return "just now";
}
