import { NumberInput, Stack, Switch } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";

import type { Feature } from "../catalog/catalog";
import type { EntitlementValues } from "./entitlementForm";

interface Props {
  form: UseFormReturnType<EntitlementValues>;
  feature: Feature | undefined;
}

/** How much of a feature the plan gives. */
export function LimitInput({ form, feature }: Props) {
  const units = feature?.featureDetails?.units?.plural;
  const isUnlimited = form.values.details.hasUnlimitedUsage;
  return (
    <Stack gap="xs">
      <NumberInput
        label={feature?.featureType === "METER" ? "Limit" : "Value"}
        required={!isUnlimited}
        min={0}
        allowDecimal={false}
        allowNegative={false}
        thousandSeparator
        disabled={isUnlimited}
        {...(units && { suffix: ` ${units}` })}
        {...form.getInputProps("details.value")}
      />
      <Switch label="Unlimited" {...form.getInputProps("details.hasUnlimitedUsage", { type: "checkbox" })} />
    </Stack>
  );
}
