import { Fieldset, NativeSelect, SimpleGrid, Stack, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";

import { AGGREGATIONS } from "../catalog/labels";
import type { FeatureValues } from "./featureForm";
import { FilterGroupsInput } from "./FilterGroupsInput";

const FUNCTIONS = Object.entries(AGGREGATIONS).map(([value, label]) => ({ value, label }));

/** Which events are counted, and how they become one number. */
export function MeterInput({ form }: { form: UseFormReturnType<FeatureValues> }) {
  const isCount = form.values.meter.aggregation.function === "COUNT";
  return (
    <Fieldset legend="Meter">
      <Stack gap="md">
        <TextInput
          label="Event name"
          description="Such as report.created"
          required
          autoComplete="off"
          spellCheck={false}
          maxLength={255}
          {...form.getInputProps("meter.eventName")}
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
          <NativeSelect
            label="What is counted"
            data={FUNCTIONS}
            {...form.getInputProps("meter.aggregation.function")}
          />
          {!isCount && (
            <TextInput
              label="Of the property"
              required
              autoComplete="off"
              spellCheck={false}
              maxLength={255}
              {...form.getInputProps("meter.aggregation.field")}
            />
          )}
        </SimpleGrid>
        <FilterGroupsInput form={form} />
      </Stack>
    </Fieldset>
  );
}
