import { Button, Stack, Text } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconPlus } from "@tabler/icons-react";

import { EMPTY_FILTER, type FeatureValues } from "./featureForm";
import { FilterGroupInput } from "./FilterGroupInput";

const MAX_GROUPS = 20;

/** Groups of conditions: an event is counted if it meets all conditions of any one group. */
export function FilterGroupsInput({ form }: { form: UseFormReturnType<FeatureValues> }) {
  const groups = form.values.meter.filters;
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {groups.length === 0
          ? "Every event of this name is counted."
          : "An event is counted if it meets all conditions of a group."}
      </Text>
      {groups.map((_, group) => (
        <FilterGroupInput key={group} form={form} group={group} />
      ))}
      <Button
        variant="default"
        size="xs"
        w="fit-content"
        leftSection={<IconPlus size={14} aria-hidden />}
        disabled={groups.length >= MAX_GROUPS}
        onClick={() => {
          form.insertListItem("meter.filters", [EMPTY_FILTER]);
        }}
      >
        {groups.length === 0 ? "Count only some events" : "Or another group"}
      </Button>
    </Stack>
  );
}
