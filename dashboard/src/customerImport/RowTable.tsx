import { Table, Text } from "@mantine/core";

import { DataTable, type Column } from "../ui/DataTable";
import { RowProblems } from "./RowProblems";
import type { Row } from "./rows";

const ROW_HEIGHT = 52;
const COLUMNS: readonly Column[] = [
  { title: "Row", width: 76, align: "right" },
  { title: "Customer" },
  { title: "Identifier", isWide: true },
  { title: "Metadata", isWide: true },
];

/** Rows of the file as the customers that they become. */
export function RowTable({ label, rows }: { label: string; rows: Row[] }) {
  return (
    <DataTable label={label} columns={COLUMNS} rowHeight={ROW_HEIGHT}>
      {rows.map((row) => (
        <Table.Tr key={row.number} style={{ verticalAlign: "top" }}>
          <Table.Td ta="right">{row.number}</Table.Td>
          <Table.Td>
            <Text size="sm" fw={600} truncate>
              <bdi>{row.draft.name ?? "–"}</bdi>
            </Text>
            <Text size="xs" c="dimmed" truncate>
              {[row.draft.email, row.draft.billingId].filter(Boolean).join(", ")}
            </Text>
            <Text size="xs" c="dimmed" ff="monospace" truncate hiddenFrom="sm">
              {row.draft.customerId}
            </Text>
            <RowProblems problems={row.problems} />
          </Table.Td>
          <Table.Td visibleFrom="sm">
            {row.draft.customerId ? (
              <Text size="sm" ff="monospace" truncate>
                {row.draft.customerId}
              </Text>
            ) : (
              <Text size="sm" c="dimmed">
                from the name
              </Text>
            )}
          </Table.Td>
          <Table.Td visibleFrom="sm">
            <Text size="sm" truncate>
              <bdi>{describeMetadata(row)}</bdi>
            </Text>
          </Table.Td>
        </Table.Tr>
      ))}
    </DataTable>
  );
}

function describeMetadata({ draft }: Row): string {
  const entries = Object.entries(draft.metadata ?? {});
  return entries.map(([name, value]) => `${name}: ${value}`).join(", ") || "–";
}
