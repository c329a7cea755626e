import { Button, Group, Stack } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import { useEffect, useRef } from "react";

import { ButtonLink } from "../ui/ButtonLink";
import { ErrorNotice } from "../ui/ErrorNotice";
import { saveFile } from "../ui/saveFile";
import { ImportProgress } from "./ImportProgress";
import { ImportSummary } from "./ImportSummary";
import { writeRejected } from "./rejected";
import { countOutcomes } from "./results";
import { RowTable } from "./RowTable";
import type { Row } from "./rows";
import type { CsvTable } from "./table";
import { useImport } from "./useImport";

const SHOWN_ROWS = 10;

interface Props {
  table: CsvTable;
  rows: Row[];
  onRestart: () => void;
}

/** Sends the rows without errors, shows how far it is, and then what became of all of them. */
export function ImportRun({ table, rows, onRestart }: Props) {
  const sent = rows.filter(({ problems }) => problems.length === 0);
  const { outcomes, isRunning, error, run, stop } = useImport(sent);
  const hasStarted = useRef(false);
  useEffect(() => {
    if (hasStarted.current) return;
    hasStarted.current = true;
    void run();
  });
  useBlocker({ shouldBlockFn: () => isRunning, enableBeforeUnload: isRunning, withResolver: false });
  const isDone = outcomes.length === sent.length;
  const refused = outcomes.filter(({ status }) => status === "rejected");
  const wrong = [
    ...rows.filter(({ problems }) => problems.length > 0),
    ...refused.map(({ row, problems }) => ({ ...row, problems })),
  ].sort((one, two) => one.number - two.number);
  return (
    <Stack gap="lg">
      <ImportProgress done={outcomes.length} total={sent.length} />
      {error && <ErrorNotice title="The import was interrupted" error={error} onRetry={() => void run()} />}
      <ImportSummary counts={countOutcomes(outcomes)} unsent={rows.length - sent.length} />
      {!isRunning && wrong.length > 0 && (
        <RowTable label="Rows with errors" rows={wrong.slice(0, SHOWN_ROWS)} />
      )}
      <Group justify="flex-end">
        {isRunning && (
          <Button variant="default" onClick={stop}>
            Stop
          </Button>
        )}
        {!isRunning && !isDone && !error && <Button onClick={() => void run()}>Go on</Button>}
        {!isRunning && wrong.length > 0 && (
          <Button
            variant="default"
            onClick={() => {
              saveFile(`errors of ${table.fileName}`, writeRejected(table.titles, wrong));
            }}
          >
            Download the rows with errors
          </Button>
        )}
        {!isRunning && (
          <Button variant="default" onClick={onRestart}>
            Another file
          </Button>
        )}
        {!isRunning && isDone && <ButtonLink to="/customers">See the customers</ButtonLink>}
      </Group>
    </Stack>
  );
}
