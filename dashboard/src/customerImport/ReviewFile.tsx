import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";

import { formatCount } from "../ui/numbers";
import { ColumnTable } from "./ColumnTable";
import { findColumnProblem, guessTargets } from "./columns";
import { RowPreview } from "./RowPreview";
import { readRows, type Row } from "./rows";
import type { CsvTable } from "./table";

interface Props {
  table: CsvTable;
  onBack: () => void;
  onStart: (rows: Row[]) => void;
}

/** What the file becomes, before anything is sent: the columns, the first rows, and what is wrong with which row. */
export function ReviewFile({ table, onBack, onStart }: Props) {
  const [targets, setTargets] = useState(() => guessTargets(table.titles));
  const columnProblem = findColumnProblem(table.titles, targets);
  const rows = columnProblem === null ? readRows(table, targets) : [];
  const good = rows.filter(({ problems }) => problems.length === 0);
  return (
    <Stack gap="lg">
      <Text size="sm">
        <b>{table.fileName}</b> has {formatCount(table.lines.length, "row")}.
      </Text>
      <ColumnTable table={table} targets={targets} onChange={setTargets} />
      {columnProblem ? (
        <Alert
          color="yellow"
          variant="light"
          icon={<IconAlertTriangle aria-hidden />}
          title={columnProblem}
        />
      ) : (
        <RowPreview rows={rows} />
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onBack}>
          Another file
        </Button>
        <Button
          disabled={good.length === 0}
          onClick={() => {
            onStart(rows);
          }}
        >
          Import {formatCount(good.length, "customer")}
        </Button>
      </Group>
    </Stack>
  );
}
