import { NativeSelect, Table, Text } from "@mantine/core";

import { DataTable, type Column } from "../ui/DataTable";
import { TARGET_LABELS, TARGETS, type Target } from "./columns";
import type { CsvTable } from "./table";

const ROW_HEIGHT = 52;
const COLUMNS: readonly Column[] = [
  { title: "Column" },
  { title: "First value", isWide: true },
  { title: "Becomes", width: 170 },
];

interface Props {
  table: CsvTable;
  targets: Target[];
  onChange: (targets: Target[]) => void;
}

/** What each column of the file becomes, as guessed from its title until the person says otherwise. */
export function ColumnTable({ table: { titles, lines }, targets, onChange }: Props) {
  return (
    <DataTable label="Columns" columns={COLUMNS} rowHeight={ROW_HEIGHT}>
      {titles.map((title, column) => (
        <Table.Tr key={`${column} ${title}`}>
          <Table.Td>
            <Text size="sm" fw={600} truncate>
              {title || `Column ${column + 1}, without a title`}
            </Text>
            <Text size="xs" c="dimmed" truncate hiddenFrom="sm">
              <bdi>{lines[0]?.[column]}</bdi>
            </Text>
          </Table.Td>
          <Table.Td visibleFrom="sm">
            <Text size="sm" truncate>
              <bdi>{lines[0]?.[column]}</bdi>
            </Text>
          </Table.Td>
          <Table.Td>
            <NativeSelect
              aria-label={`${title || `Column ${column + 1}`} becomes`}
              value={targets[column] ?? "ignored"}
              data={TARGETS.map((target) => ({ value: target, label: TARGET_LABELS[target] }))}
              onChange={(event) => {
                onChange(targets.with(column, event.currentTarget.value as Target));
              }}
            />
          </Table.Td>
        </Table.Tr>
      ))}
    </DataTable>
  );
}
