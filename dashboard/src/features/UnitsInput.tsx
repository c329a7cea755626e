import { SimpleGrid, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";

import type { FeatureValues } from "./featureForm";

/** The words for one and for several of a feature, which stand behind its numbers. */
export function UnitsInput({ form }: { form: UseFormReturnType<FeatureValues> }) {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
      <TextInput
        label="One unit"
        description="Optional, such as seat"
        autoComplete="off"
        maxLength={255}
        dir="auto"
        {...form.getInputProps("featureDetails.units.singular")}
      />
      <TextInput
        label="Several units"
        description="Such as seats"
        autoComplete="off"
        maxLength={255}
        dir="auto"
        {...form.getInputProps("featureDetails.units.plural")}
      />
    </SimpleGrid>
  );
}
