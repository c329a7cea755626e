import { NativeSelect, type NativeSelectProps } from "@mantine/core";

import { useFeatures } from "../catalog/useFeatures";

/** One of the features that are not archived. */
export function FeatureSelect(props: NativeSelectProps) {
  const features = [...useFeatures().values()].filter((feature) => !feature.isArchived);
  return (
    <NativeSelect
      label="Feature"
      required
      data-autofocus
      data={[
        { value: "", label: "Choose a feature", disabled: true },
        ...features.map(({ identifier, name }) => ({ value: identifier, label: name })),
      ]}
      {...props}
    />
  );
}
