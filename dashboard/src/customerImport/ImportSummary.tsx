import { Card, SimpleGrid } from "@mantine/core";

import { Fact } from "../ui/Fact";
import { formatNumber } from "../ui/numbers";
import type { RowStatus } from "./results";

interface Props {
  counts: Record<RowStatus, number>;
  /** Rows that had errors before anything was sent. */
  unsent: number;
}

/** What became of the rows so far. */
export function ImportSummary({ counts, unsent }: Props) {
  return (
    <Card withBorder padding="md">
      <SimpleGrid component="dl" cols={{ base: 2, sm: 4 }} spacing="md" m={0}>
        <Fact name="Created">{formatNumber(counts.created)}</Fact>
        <Fact name="There before">{formatNumber(counts.existing)}</Fact>
        <Fact name="There before, archived">{formatNumber(counts.archived)}</Fact>
        <Fact name="With errors">{formatNumber(counts.rejected + unsent)}</Fact>
      </SimpleGrid>
    </Card>
  );
}
