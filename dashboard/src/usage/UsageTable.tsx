import { Table } from "@mantine/core";

import { formatNumber } from "../ui/numbers";
import { labelPoint } from "./labels";
import { hasRollover, limitOf, rolledInto, type FeatureUsage } from "./usage";

const MAX_HEIGHT = 420;

/** The same as the chart, in numbers, newest first. */
export function UsageTable({ usage }: { usage: FeatureUsage }) {
  const rollsOver = hasRollover(usage);
  return (
    <Table.ScrollContainer minWidth={0} mah={MAX_HEIGHT} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table aria-label="Usage" stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>From</Table.Th>
            <Table.Th ta="right">Used</Table.Th>
            {rollsOver && <Table.Th ta="right">Rolled over</Table.Th>}
            <Table.Th ta="right">{rollsOver ? "Limit with it" : "Limit"}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {[...usage.points].reverse().map((point) => {
            const limit = limitOf(point, usage);
            return (
              <Table.Tr key={point.start}>
                <Table.Td>{labelPoint(point, usage)}</Table.Td>
                <Table.Td ta="right">{formatNumber(point.value)}</Table.Td>
                {rollsOver && <Table.Td ta="right">{formatNumber(rolledInto(point))}</Table.Td>}
                <Table.Td ta="right">{limit === null ? "–" : formatNumber(limit)}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
