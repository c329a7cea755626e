import { Time } from "../time/Time";
import type { ApiKey } from "./apiKey";

/** When a key was used last, which Parity notes once an hour. */
export function LastUsed({ apiKey: { lastUsedOn } }: { apiKey: ApiKey }) {
  if (lastUsedOn === null) return "Never used";
  return (
    <>
      Used <Time iso={lastUsedOn} as="relative" />
    </>
  );
}
