import { Button, FileButton, Stack, Text } from "@mantine/core";
import { IconFileUpload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";

import { saveFile } from "../ui/saveFile";
import { ErrorNotice } from "../ui/ErrorNotice";
import { DropArea } from "./DropArea";
import { readTable, type CsvTable } from "./table";

const EXAMPLE = "name,identifier,email,billing_id,tier\r\nAcme Ltd,acme,ops@acme.example,cus_Q2x8,gold\r\n";

/** Asks for a CSV file, which is dropped or chosen. */
export function ChooseFile({ onRead }: { onRead: (table: CsvTable) => void }) {
  const read = useMutation({ mutationFn: readTable, onSuccess: onRead });
  const open = (file: File | null) => {
    if (file) read.mutate(file);
  };
  return (
    <Stack gap="md">
      <DropArea onDrop={open}>
        <IconFileUpload size={40} aria-hidden />
        <Text fw={600}>Drop a CSV file here</Text>
        <FileButton accept=".csv,text/csv,text/plain" onChange={open}>
          {(props) => (
            <Button {...props} loading={read.isPending}>
              Choose a file
            </Button>
          )}
        </FileButton>
        <Text size="sm" c="dimmed" maw={520}>
          The first line has the titles, and each other line a customer. Nothing is sent before you have seen
          what the file becomes.
        </Text>
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={() => {
            saveFile("customers.csv", EXAMPLE);
          }}
        >
          Download an example
        </Button>
      </DropArea>
      {read.isError && <ErrorNotice title="The file cannot be read" error={read.error} />}
    </Stack>
  );
}
