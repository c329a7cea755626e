import { Radio, Stack, type RadioGroupProps } from "@mantine/core";

/** When a subscription ends; the gentlest is chosen at first. */
export function CancellationTypeInput(input: Omit<RadioGroupProps, "children">) {
  return (
    <Radio.Group label="When" {...input}>
      <Stack gap="xs" mt="xs">
        <Radio value="CURRENT_PERIOD_ENDS" label="At the end of the period" data-autofocus />
        <Radio value="SPECIFIC_DATE" label="On a date" />
        <Radio value="IMMEDIATE" label="Now: access ends at once" />
      </Stack>
    </Radio.Group>
  );
}
