import { Radio, Stack } from "@mantine/core";

import type { MeterKind } from "../catalog/catalog";

const KINDS: { value: MeterKind; label: string; explanation: string }[] = [
  {
    value: "PRE_AGGREGATED_USAGE",
    label: "Reported usage",
    explanation: "Your program reports how much was used.",
  },
  {
    value: "RAW_EVENTS",
    label: "Counted from events",
    explanation: "Your program sends events, and Parity counts them.",
  },
];

interface Props {
  value?: MeterKind;
  onChange?: (value: MeterKind) => void;
}

/** Where the usage of a metered feature comes from. */
export function MeterKindInput({ value, onChange }: Props) {
  return (
    <Radio.Group
      label="Usage"
      description="It can never be changed."
      required
      value={value ?? null}
      onChange={(next) => onChange?.(next)}
    >
      <Stack gap="xs" mt="xs">
        {KINDS.map((kind) => (
          <Radio key={kind.value} value={kind.value} label={kind.label} description={kind.explanation} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
