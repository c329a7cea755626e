import { NumberInput, Switch } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";

import type { OverrideValues } from "./overrideForm";

interface Props {
  form: UseFormReturnType<OverrideValues>;
  isMeter: boolean;
}

/** How much there is, or that it has no limit. */
export function OverrideValueInputs({ form, isMeter }: Props) {
  const { hasUnlimitedUsage } = form.values;
  return (
    <>
      <NumberInput
        label="Value"
        required
        min={0}
        allowDecimal={false}
        thousandSeparator
        disabled={hasUnlimitedUsage}
        {...form.getInputProps("value")}
      />
      <Switch label="Unlimited" {...form.getInputProps("hasUnlimitedUsage", { type: "checkbox" })} />
      {isMeter && !hasUnlimitedUsage && (
        <Switch
          label="Hard limit: usage stops there"
          {...form.getInputProps("hardLimit", { type: "checkbox" })}
        />
      )}
    </>
  );
}
