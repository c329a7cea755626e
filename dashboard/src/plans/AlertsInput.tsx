import { NativeSelect, SimpleGrid, Stack, Switch, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";

import type { EntitlementValues } from "./entitlementForm";

const THRESHOLD_TYPES = [
  { value: "PERCENTAGE", label: "Percent that is used" },
  { value: "BALANCE", label: "Number that is left" },
];

/** At what usage alerts are sent. */
export function AlertsInput({ form }: { form: UseFormReturnType<EntitlementValues> }) {
  return (
    <Stack gap="xs">
      <Switch
        label="Send usage alerts"
        {...form.getInputProps("details.usageAlerts.enabled", { type: "checkbox" })}
      />
      {form.values.details.usageAlerts.enabled && (
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
          <NativeSelect
            label="Thresholds are"
            data={THRESHOLD_TYPES}
            {...form.getInputProps("details.usageAlerts.thresholdType")}
          />
          <TextInput
            label="Thresholds"
            placeholder="80, 100"
            required
            autoComplete="off"
            {...form.getInputProps("details.usageAlerts.thresholds")}
          />
        </SimpleGrid>
      )}
    </Stack>
  );
}
