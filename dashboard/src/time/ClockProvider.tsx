import { useInterval } from "@mantine/hooks";
import { useMemo, useState, type ReactNode } from "react";

import { ClockContext } from "./clock";
import { useClockOffset } from "./useClockOffset";

const TICK_MILLISECONDS = 15_000;

/** Tells the components below what time it is, and again as it passes. */
export function ClockProvider({ clockUrl, children }: { clockUrl: string | undefined; children: ReactNode }) {
  const offset = useClockOffset(clockUrl);
  const [time, setTime] = useState(() => Date.now());
  useInterval(
    () => {
      setTime(Date.now());
    },
    TICK_MILLISECONDS,
    { autoInvoke: true },
  );
  const clock = useMemo(() => ({ now: time + offset, offset }), [time, offset]);
  return <ClockContext value={clock}>{children}</ClockContext>;
}
