import { Alert } from "@mantine/core";
import { IconClock } from "@tabler/icons-react";

import { useClock } from "../time/clock";
import { formatMoment } from "../time/format";

const UNNOTICEABLE_MILLISECONDS = 1000;

/** Says what time it is where the local cloud's clock was moved. */
export function ClockNotice() {
  const { now, offset } = useClock();
  if (Math.abs(offset) < UNNOTICEABLE_MILLISECONDS) return null;
  return (
    <Alert color="yellow" variant="light" icon={<IconClock aria-hidden />} mb="md">
      The clock was moved: it is {formatMoment(new Date(now).toISOString())}.
    </Alert>
  );
}
