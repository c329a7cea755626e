import { Text } from "@mantine/core";

import { formatExact, formatUtc } from "./format";

/** What is shown on hover of any time: the reader's zone, then UTC. */
export function ExactTime({ iso }: { iso: string }) {
  return (
    <>
      <Text size="xs">{formatExact(iso)}</Text>
      <Text size="xs">{formatUtc(iso)}</Text>
    </>
  );
}
