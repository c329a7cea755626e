import { Group, NativeSelect, TextInput } from "@mantine/core";

import { useFeatures } from "../catalog/useFeatures";
import { SearchInput } from "../ui/SearchInput";
import { withFilter, type AlertFilter } from "./alertFilter";

interface Props {
  filter: AlertFilter;
  /** `replace`: the view before is not one that the back button should lead to. */
  onShow: (filter: AlertFilter, options?: { replace: boolean }) => void;
}

/** What the alerts are filtered by. Another filter starts at its first page. */
export function AlertToolbar({ filter, onShow }: Props) {
  const { customer = "", feature = "", from = "", to = "" } = filter;
  const metered = [...useFeatures().values()].filter(({ featureType }) => featureType === "METER");
  const options = metered.map(({ identifier, name }) => ({ value: identifier, label: name }));
  // The URL may name one that is loading, or by its id.
  if (feature && !options.some(({ value }) => value === feature)) {
    options.push({ value: feature, label: feature });
  }
  return (
    <Group gap="sm" align="flex-end">
      <SearchInput
        label="Identifier of a customer"
        value={customer}
        onSearch={(text) => {
          onShow(withFilter(filter, { customer: text }), { replace: true });
        }}
      />
      <NativeSelect
        aria-label="Feature"
        data={[{ value: "", label: "All features" }, ...options]}
        value={feature}
        onChange={(event) => {
          onShow(withFilter(filter, { feature: event.currentTarget.value }));
        }}
      />
      <Group gap="sm" wrap="nowrap">
        <TextInput
          type="date"
          label="From"
          max={to}
          value={from}
          onChange={(event) => {
            onShow(withFilter(filter, { from: event.currentTarget.value }));
          }}
        />
        <TextInput
          type="date"
          label="To"
          min={from}
          value={to}
          onChange={(event) => {
            onShow(withFilter(filter, { to: event.currentTarget.value }));
          }}
        />
      </Group>
    </Group>
  );
}
