import { NativeSelect } from "@mantine/core";

import { useFeatures } from "../catalog/useFeatures";

interface Props {
  value: string;
  onChange: (feature: string) => void;
}

/** One of the features that are not archived. */
export function FeatureSelect({ value, onChange }: Props) {
  const features = [...useFeatures().values()].filter((feature) => !feature.isArchived);
  return (
    <NativeSelect
      label="Feature"
      required
      data-autofocus
      value={value}
      onChange={(event) => {
        onChange(event.currentTarget.value);
      }}
      data={[
        { value: "", label: "Choose a feature", disabled: true },
        ...features.map(({ identifier, name }) => ({ value: identifier, label: name })),
      ]}
    />
  );
}
