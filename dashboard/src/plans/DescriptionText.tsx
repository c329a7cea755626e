import { Text } from "@mantine/core";

import type { Description } from "./describe";

/** A value with its terms below it. */
export function DescriptionText({ description: { value, terms } }: { description: Description }) {
  return (
    <>
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        <bdi>{value}</bdi>
      </Text>
      {terms.map((term) => (
        <Text key={term} size="xs" c="dimmed">
          {term}
        </Text>
      ))}
    </>
  );
}
