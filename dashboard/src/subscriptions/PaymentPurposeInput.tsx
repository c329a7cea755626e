import { Radio, Stack, type RadioGroupProps } from "@mantine/core";

/** What was paid, where a renewal and a change both await their payments. */
export function PaymentPurposeInput(input: Omit<RadioGroupProps, "children">) {
  return (
    <Radio.Group label="What was paid for" {...input}>
      <Stack gap="xs" mt="xs">
        <Radio value="SUBSCRIPTION" label="The present period" />
        <Radio value="CHANGE" label="The change" />
      </Stack>
    </Radio.Group>
  );
}
