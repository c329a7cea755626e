import { Switch } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";

import type { EntitlementValues } from "./entitlementForm";

export function OnOffInput({ form }: { form: UseFormReturnType<EntitlementValues> }) {
  return (
    <Switch
      label="On"
      description="Off says that the plan does not have it."
      {...form.getInputProps("details.isOn", { type: "checkbox" })}
    />
  );
}
