import { Progress, Stack, Text } from "@mantine/core";

import { formatNumber } from "../ui/numbers";

/** How many rows were answered. */
export function ImportProgress({ done, total }: { done: number; total: number }) {
  const isDone = done === total;
  return (
    <Stack gap={4}>
      <Text size="sm" role="status">
        {isDone ? "Done: " : ""}
        {formatNumber(done)} of {formatNumber(total)} rows
      </Text>
      <Progress
        value={total === 0 ? 100 : (done / total) * 100}
        color={isDone ? "green" : "blue"}
        size="lg"
        aria-label="Rows imported"
      />
    </Stack>
  );
}
