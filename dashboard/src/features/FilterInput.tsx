import { ActionIcon, Group, NativeSelect, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconTrash } from "@tabler/icons-react";

import type { FilterOperator } from "../catalog/catalog";
import { FILTER_OPERATORS } from "../catalog/labels";
import { kindsOf, type FeatureValues, type FilterKind, type FilterValues } from "./featureForm";

const OPERATORS = Object.entries(FILTER_OPERATORS).map(([value, label]) => ({ value, label }));
const KINDS: Record<FilterKind, string> = { text: "the text", number: "the number", boolean: "yes or no" };

interface Props {
  form: UseFormReturnType<FeatureValues>;
  path: `meter.filters.${number}.${number}`;
  name: string;
  onRemove: () => void;
}

/** One condition: a property of the event, how it is compared, and with what. */
export function FilterInput({ form, path, name, onRemove }: Props) {
  const [, , group, index] = path.split(".");
  const filter = form.values.meter.filters[Number(group)]?.[Number(index)];
  if (!filter) return null;
  const change = (changes: Partial<FilterValues>) => {
    form.setFieldValue(path, { ...filter, ...changes });
  };
  const kinds = kindsOf(filter.operator);
  return (
    <Group gap="xs" align="flex-start">
      <TextInput
        flex="1 1 110px"
        aria-label={`Property, ${name}`}
        placeholder="Property"
        autoComplete="off"
        spellCheck={false}
        maxLength={255}
        {...form.getInputProps(`${path}.property`)}
      />
      <NativeSelect
        flex="1 1 110px"
        aria-label={`Comparison, ${name}`}
        data={OPERATORS}
        value={filter.operator}
        onChange={(event) => {
          const operator = event.currentTarget.value as FilterOperator;
          const [kind] = kindsOf(operator);
          change({ operator, ...(!kindsOf(operator).includes(filter.kind) && { kind }) });
        }}
      />
      {kinds.length > 1 && (
        <NativeSelect
          flex="1 1 110px"
          aria-label={`Kind of value, ${name}`}
          data={kinds.map((kind) => ({ value: kind, label: KINDS[kind] }))}
          value={filter.kind}
          onChange={(event) => {
            const kind = event.currentTarget.value as FilterKind;
            change({ kind, value: kind === "boolean" ? "true" : "" });
          }}
        />
      )}
      {filter.kind === "boolean" ? (
        <NativeSelect
          flex="1 1 110px"
          aria-label={`Value, ${name}`}
          data={[
            { value: "true", label: "Yes" },
            { value: "false", label: "No" },
          ]}
          {...form.getInputProps(`${path}.value`)}
        />
      ) : (
        <TextInput
          flex="1 1 110px"
          aria-label={`Value, ${name}`}
          placeholder="Value"
          autoComplete="off"
          maxLength={255}
          {...form.getInputProps(`${path}.value`)}
        />
      )}
      <ActionIcon
        variant="subtle"
        color="gray"
        size="input-sm"
        aria-label={`Remove ${name}`}
        onClick={onRemove}
      >
        <IconTrash size={16} aria-hidden />
      </ActionIcon>
    </Group>
  );
}
