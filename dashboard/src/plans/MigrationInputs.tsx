import { Fieldset, Stack, Switch, Text } from "@mantine/core";

import type { PlanPublish } from "../catalog/catalog";

interface Props {
  scope: PlanPublish;
  onChange: (scope: PlanPublish) => void;
}

/** What the subscribers of older versions get of the new one. */
export function MigrationInputs({ scope, onChange }: Props) {
  const { updateFeatures, updatePricing } = scope;
  return (
    <Fieldset legend="Subscribers of older versions">
      <Stack gap="sm">
        <Switch
          label="Get the features of this version"
          checked={updateFeatures}
          onChange={(event) => {
            onChange({ ...scope, updateFeatures: event.currentTarget.checked });
          }}
        />
        <Switch
          label="Get the prices of this version"
          description="Who is charged for a period that has no price here stays behind, and is listed."
          checked={updatePricing}
          onChange={(event) => {
            onChange({ ...scope, updatePricing: event.currentTarget.checked });
          }}
        />
        <Text size="sm" c="dimmed">
          {updateFeatures || updatePricing
            ? "They are moved to this version one after the other, and so are changes to come. This cannot be undone."
            : "They keep the version that they have."}
        </Text>
      </Stack>
    </Fieldset>
  );
}
