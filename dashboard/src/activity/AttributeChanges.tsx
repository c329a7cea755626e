import { Button, Text } from "@mantine/core";
import { useState } from "react";

import type { AttributeChange } from "./activity";
import { AttributeValue } from "./AttributeValue";
import { labelAttribute } from "./labels";

const SHOWN_AT_FIRST = 4;

/** What changed, one attribute a line: `Plan: studio → team`. Long lists show their first lines. */
export function AttributeChanges({ changes }: { changes: AttributeChange[] }) {
  const [showsAll, setShowsAll] = useState(false);
  const hidden = showsAll ? 0 : changes.length - SHOWN_AT_FIRST;
  const shown = hidden > 1 ? changes.slice(0, SHOWN_AT_FIRST) : changes;
  return (
    <>
      {shown.map((change) => (
        <AttributeLine key={change.attribute} change={change} />
      ))}
      {hidden > 1 && (
        <Button
          variant="subtle"
          size="compact-xs"
          ml={-7}
          onClick={() => {
            setShowsAll(true);
          }}
        >
          {hidden} more
        </Button>
      )}
    </>
  );
}

function AttributeLine({ change: { attribute, old, new: value } }: { change: AttributeChange }) {
  return (
    <Text size="xs" component="div" style={{ overflowWrap: "anywhere" }}>
      <Text span size="xs" c="dimmed">
        {labelAttribute(attribute)}:{" "}
      </Text>
      {old !== null && (
        <>
          <AttributeValue attribute={attribute} value={old} />
          <span aria-label="became"> → </span>
        </>
      )}
      <AttributeValue attribute={attribute} value={value} />
    </Text>
  );
}
