import { SegmentedControl, Stack, Text } from "@mantine/core";
import { useState } from "react";

import { formatCount, formatNumber } from "../ui/numbers";
import type { Row } from "./rows";
import { RowTable } from "./RowTable";

const SHOWN_ROWS = 10;

/** The first rows of the file, or the first of those that have errors. */
export function RowPreview({ rows }: { rows: Row[] }) {
  const [shown, setShown] = useState<"all" | "wrong">("all");
  const wrong = rows.filter(({ problems }) => problems.length > 0);
  const chosen = shown === "wrong" ? wrong : rows;
  return (
    <Stack gap="sm" align="flex-start">
      {wrong.length > 0 && (
        <SegmentedControl
          aria-label="Rows shown"
          value={shown}
          onChange={setShown}
          data={[
            { value: "all", label: `All ${formatNumber(rows.length)}` },
            { value: "wrong", label: `With errors ${formatNumber(wrong.length)}` },
          ]}
        />
      )}
      <RowTable label="Rows" rows={chosen.slice(0, SHOWN_ROWS)} />
      {chosen.length > SHOWN_ROWS && (
        <Text size="sm" c="dimmed">
          and {formatCount(chosen.length - SHOWN_ROWS, "more row", "more rows")}
        </Text>
      )}
      {wrong.length > 0 && (
        <Text size="sm">
          {formatCount(wrong.length, "row")} with errors will not be sent. You can download them afterwards.
        </Text>
      )}
    </Stack>
  );
}
