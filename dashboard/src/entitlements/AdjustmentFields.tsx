import { TextInput } from "@mantine/core";

export interface Terms {
  note: string;
  expiresOn: string;
}

interface Props {
  terms: Terms;
  onChange: (terms: Terms) => void;
}

/** What a grant and an override have in common: why it was given, and for how long. */
export function AdjustmentFields({ terms, onChange }: Props) {
  return (
    <>
      <TextInput
        type="date"
        label="Expires"
        description="Optional; at the beginning of that day, in your time zone"
        value={terms.expiresOn}
        onChange={(event) => {
          onChange({ ...terms, expiresOn: event.currentTarget.value });
        }}
      />
      <TextInput
        label="Note"
        description="Optional"
        maxLength={255}
        value={terms.note}
        onChange={(event) => {
          onChange({ ...terms, note: event.currentTarget.value });
        }}
      />
    </>
  );
}
