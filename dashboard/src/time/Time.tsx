import { Tooltip } from "@mantine/core";

import { useNow } from "./clock";
import { ExactTime } from "./ExactTime";
import { formatDay, formatMoment, formatRelative } from "./format";

export interface TimeProps {
  iso: string;
  as: "day" | "moment" | "relative";
  /** In a table, hundreds of stops for the tab key would hide the ones that do something. */
  focusable?: boolean;
}

/** A time that is short to read; hovering or focusing it shows the exact one. */
export function Time({ iso, as, focusable = false }: TimeProps) {
  const now = useNow();
  const text = { day: formatDay, moment: formatMoment, relative: formatRelative }[as](iso, now);
  return (
    <Tooltip label={<ExactTime iso={iso} />}>
      <time dateTime={iso} tabIndex={focusable ? 0 : undefined}>
        {text}
      </time>
    </Tooltip>
  );
}
