import { NativeSelect, Radio, SimpleGrid, Stack } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";

import { RESET_NAMES } from "../catalog/labels";
import { AlertsInput } from "./AlertsInput";
import type { EntitlementValues } from "./entitlementForm";
import { RolloverInput } from "./RolloverInput";

const RESETS = Object.entries(RESET_NAMES).map(([value, label]) => ({ value, label }));
const RESET_TIMES = [
  { value: "BEGINNING_OF_PERIOD", label: "The calendar" },
  { value: "SUBSCRIPTION_START", label: "The subscription" },
];

/** What only metered features have: the end of the limit, its reset, what rolls over, and alerts. */
export function MeteredInputs({ form }: { form: UseFormReturnType<EntitlementValues> }) {
  const { hasUnlimitedUsage, hardLimit, reset } = form.values.details;
  return (
    <>
      {!hasUnlimitedUsage && (
        <Radio.Group
          label="At the limit"
          value={hardLimit ? "hard" : "soft"}
          onChange={(value) => {
            form.setFieldValue("details.hardLimit", value === "hard");
          }}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="hard" label="Hard" description="Usage stops there." />
            <Radio value="soft" label="Soft" description="Usage goes on, and is counted." />
          </Stack>
        </Radio.Group>
      )}
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
        <NativeSelect label="Resets" data={RESETS} {...form.getInputProps("details.reset")} />
        {reset !== "NEVER" && (
          <NativeSelect
            label="Resets follow"
            data={RESET_TIMES}
            {...form.getInputProps("details.resetTime")}
          />
        )}
      </SimpleGrid>
      {reset !== "NEVER" && !hasUnlimitedUsage && <RolloverInput form={form} />}
      <AlertsInput form={form} />
    </>
  );
}
