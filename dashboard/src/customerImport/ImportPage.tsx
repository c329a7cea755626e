import { Stack } from "@mantine/core";
import { useState } from "react";

import { useMayWrite } from "../access/access";
import { BackLink } from "../ui/BackLink";
import { PageTitle } from "../ui/PageTitle";
import { ChooseFile } from "./ChooseFile";
import { ImportRun } from "./ImportRun";
import { MayNotImport } from "./MayNotImport";
import { ReviewFile } from "./ReviewFile";
import type { Row } from "./rows";
import type { CsvTable } from "./table";

/** Makes customers of the lines of a file: choose it, look at what it becomes, send it. */
export function ImportPage() {
  const [table, setTable] = useState<CsvTable | null>(null);
  const [rows, setRows] = useState<Row[] | null>(null);
  const mayWrite = useMayWrite();
  const restart = () => {
    setTable(null);
    setRows(null);
  };
  return (
    <Stack gap="md">
      <BackLink to="/customers">Customers</BackLink>
      <PageTitle title="Import customers" />
      {!mayWrite && <MayNotImport />}
      {mayWrite && !table && <ChooseFile onRead={setTable} />}
      {mayWrite && table && !rows && <ReviewFile table={table} onBack={restart} onStart={setRows} />}
      {mayWrite && table && rows && <ImportRun table={table} rows={rows} onRestart={restart} />}
    </Stack>
  );
}
