import { CloseButton, TextInput } from "@mantine/core";

import { parseEntitlementsView, toLocalInput, type EntitlementsView } from "./view";

interface Props {
  view: EntitlementsView;
  onChange: (view: EntitlementsView) => void;
}

/** The moment of which entitlements are shown, in the reader's zone. Empty, it is now. */
export function AsOfInput({ view: { at }, onChange }: Props) {
  return (
    <TextInput
      type="datetime-local"
      label="As of"
      value={toLocalInput(at)}
      onChange={(event) => {
        onChange(parseEntitlementsView({ at: event.currentTarget.value }));
      }}
      rightSection={
        at && (
          <CloseButton
            size="sm"
            aria-label="Show what applies now"
            onClick={() => {
              onChange({});
            }}
          />
        )
      }
    />
  );
}
