import { TextInput } from "@mantine/core";

import type { Terms } from "./adjustment";

interface Props {
  getInputProps: (path: keyof Terms) => object;
}

/** Why something was given, and for how long. */
export function AdjustmentFields({ getInputProps }: Props) {
  return (
    <>
      <TextInput
        type="date"
        label="Expires"
        description="Optional; at the beginning of that day, in your time zone"
        {...getInputProps("expiresOn")}
      />
      <TextInput label="Note" description="Optional" maxLength={255} {...getInputProps("note")} />
    </>
  );
}
