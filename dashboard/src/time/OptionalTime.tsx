import { Time, type TimeProps } from "./Time";

/** A time, or a dash where there is none. */
export function OptionalTime({ iso, ...props }: Omit<TimeProps, "iso"> & { iso: string | null }) {
  return iso === null ? "–" : <Time iso={iso} {...props} />;
}
