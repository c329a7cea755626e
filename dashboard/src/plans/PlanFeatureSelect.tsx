import { NativeSelect, Text, type NativeSelectProps } from "@mantine/core";

import { useFeatures } from "../catalog/useFeatures";
import { AnchorLink } from "../ui/AnchorLink";

interface Props extends NativeSelectProps {
  /** The features that the plan has already. */
  taken: string[];
}

/** One of the features that the plan can get. */
export function PlanFeatureSelect({ taken, ...input }: Props) {
  const free = [...useFeatures().values()].filter(
    ({ identifier, isArchived }) => !isArchived && !taken.includes(identifier),
  );
  return (
    <NativeSelect
      label="Feature"
      required
      data-autofocus
      data={[
        { value: "", label: "Choose a feature", disabled: true },
        ...free.map(({ identifier, name }) => ({ value: identifier, label: name })),
      ]}
      inputContainer={(children) => (
        <>
          {children}
          {free.length === 0 && (
            <Text size="xs" c="dimmed" mt={4}>
              The plan has all features. <AnchorLink to="/features">Create one</AnchorLink> first.
            </Text>
          )}
        </>
      )}
      {...input}
    />
  );
}
