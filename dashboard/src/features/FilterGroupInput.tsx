import { Button, Card, Stack, Text } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconPlus } from "@tabler/icons-react";
import { Fragment } from "react";

import { EMPTY_FILTER, type FeatureValues } from "./featureForm";
import { FilterInput } from "./FilterInput";

const MAX_FILTERS = 20;

interface Props {
  form: UseFormReturnType<FeatureValues>;
  group: number;
}

/** Conditions that an event has to meet all. The last one takes the group with it. */
export function FilterGroupInput({ form, group }: Props) {
  const filters = form.values.meter.filters[group] ?? [];
  const remove = (index: number) => {
    if (filters.length === 1) form.removeListItem("meter.filters", group);
    else form.removeListItem(`meter.filters.${group}`, index);
  };
  return (
    <Card withBorder padding="sm" role="group" aria-label={`Group ${group + 1}`}>
      <Stack gap="sm">
        {filters.map((_, index) => (
          <Fragment key={index}>
            {index > 0 && (
              <Text size="xs" c="dimmed">
                and
              </Text>
            )}
            <FilterInput
              form={form}
              path={`meter.filters.${group}.${index}`}
              name={`condition ${index + 1} of group ${group + 1}`}
              onRemove={() => {
                remove(index);
              }}
            />
          </Fragment>
        ))}
        <Button
          variant="subtle"
          size="compact-xs"
          w="fit-content"
          leftSection={<IconPlus size={14} aria-hidden />}
          disabled={filters.length >= MAX_FILTERS}
          onClick={() => {
            form.insertListItem(`meter.filters.${group}`, EMPTY_FILTER);
          }}
        >
          Add a condition
        </Button>
      </Stack>
    </Card>
  );
}
