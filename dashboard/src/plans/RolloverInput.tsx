import { NumberInput, SimpleGrid, Stack, Switch } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";

import type { EntitlementValues } from "./entitlementForm";

/** How much of what is left goes on into the next window. */
export function RolloverInput({ form }: { form: UseFormReturnType<EntitlementValues> }) {
  return (
    <Stack gap="xs">
      <Switch
        label="What is left rolls over"
        description="It is added to the next window."
        {...form.getInputProps("details.rollover.enabled", { type: "checkbox" })}
      />
      {form.values.details.rollover.enabled && (
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
          <NumberInput
            label="How much of it"
            required
            min={0}
            max={100}
            allowDecimal={false}
            allowNegative={false}
            suffix="%"
            {...form.getInputProps("details.rollover.percentage")}
          />
          <NumberInput
            label="At most"
            placeholder="Any amount"
            min={0}
            allowDecimal={false}
            allowNegative={false}
            thousandSeparator
            {...form.getInputProps("details.rollover.limit")}
          />
        </SimpleGrid>
      )}
    </Stack>
  );
}
