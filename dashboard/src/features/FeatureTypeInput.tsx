import { Radio, Stack } from "@mantine/core";

import type { FeatureType } from "../catalog/catalog";
import { FEATURE_TYPES } from "../catalog/labels";

const EXPLANATIONS: Record<FeatureType, string> = {
  BOOLEAN: "A plan has it or not, such as single sign-on.",
  CUSTOMIZABLE: "A plan has so many of it, such as seats.",
  METER: "Customers use it up, such as API calls per month.",
};

interface Props {
  value?: FeatureType;
  onChange?: (value: FeatureType) => void;
}

/** What kind of feature it is, which never changes. */
export function FeatureTypeInput({ value, onChange }: Props) {
  return (
    <Radio.Group
      label="Type"
      description="It can never be changed."
      required
      value={value ?? null}
      onChange={(next) => onChange?.(next)}
    >
      <Stack gap="xs" mt="xs">
        {Object.entries(FEATURE_TYPES).map(([type, label]) => (
          <Radio key={type} value={type} label={label} description={EXPLANATIONS[type as FeatureType]} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
