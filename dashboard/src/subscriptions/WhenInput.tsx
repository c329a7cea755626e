import { Radio, Stack, type RadioGroupProps } from "@mantine/core";

/** When a change applies. */
export function WhenInput(input: Omit<RadioGroupProps, "children">) {
  return (
    <Radio.Group label="When" {...input}>
      <Stack gap="xs" mt="xs">
        <Radio value="NOW" label="Now" />
        <Radio value="PERIOD_END" label="At the end of the period" />
        <Radio value="PAYMENT" label="Once its payment is reported, within 24 hours" />
      </Stack>
    </Radio.Group>
  );
}
