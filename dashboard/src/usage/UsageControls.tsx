import { Group, NativeSelect } from "@mantine/core";

import type { Feature } from "../catalog/catalog";
import type { Interval } from "./usage";
import { DEFAULT_INTERVAL, DEFAULT_RANGE, type Range, type UsageView } from "./view";

const RANGE_LABELS: Record<Range, string> = {
  "7d": "7 days",
  "30d": "30 days",
  "90d": "90 days",
  "1y": "1 year",
};
const INTERVAL_LABELS: Record<Interval, string> = {
  HOUR: "Hour",
  DAY: "Day",
  WEEK: "Week",
  MONTH: "Month",
  WINDOW: "Reset window",
};

interface Props {
  features: Feature[];
  shown: Feature;
  view: UsageView;
  onChange: (view: UsageView) => void;
}

export function UsageControls({ features, shown, view, onChange }: Props) {
  return (
    <Group gap="sm" align="flex-end">
      <NativeSelect
        label="Feature"
        value={shown.identifier}
        data={features.map(({ identifier, name }) => ({ value: identifier, label: name }))}
        onChange={(event) => {
          onChange({ ...view, feature: event.currentTarget.value });
        }}
      />
      <NativeSelect
        label="Range"
        value={view.range ?? DEFAULT_RANGE}
        data={Object.entries(RANGE_LABELS).map(([value, label]) => ({ value, label }))}
        onChange={(event) => {
          onChange({ ...view, range: event.currentTarget.value as Range });
        }}
      />
      <NativeSelect
        label="Per"
        value={view.interval ?? DEFAULT_INTERVAL}
        data={Object.entries(INTERVAL_LABELS).map(([value, label]) => ({ value, label }))}
        onChange={(event) => {
          onChange({ ...view, interval: event.currentTarget.value as Interval });
        }}
      />
    </Group>
  );
}
