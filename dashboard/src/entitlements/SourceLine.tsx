import { Box, Group, Text } from "@mantine/core";

import type { Feature } from "../catalog/catalog";
import { Time } from "../time/Time";
import { describeSource, nameSource } from "./describeSource";
import type { EntitlementSource } from "./entitlement";
import { RemoveSourceButton } from "./RemoveSourceButton";

interface Props {
  customerId: string;
  featureId: string;
  isBoolean: boolean;
  source: EntitlementSource;
  feature: Feature | undefined;
  note: string | null;
}

/** One source of a value; a grant or an override can be removed here. */
export function SourceLine({ customerId, featureId, isBoolean, source, feature, note }: Props) {
  return (
    <Group gap={4} wrap="nowrap" align="flex-start" justify="space-between">
      <Box miw={0} style={{ overflowWrap: "anywhere" }}>
        <Text size="sm">
          {nameSource(source)}: {describeSource(source, feature, isBoolean)}
        </Text>
        {source.validUntil && (
          <Text size="xs" c="dimmed" component="div">
            until <Time iso={source.validUntil} as="day" />
          </Text>
        )}
        {note && (
          <Text size="xs" c="dimmed">
            {note}
          </Text>
        )}
      </Box>
      {source.type !== "subscription" && (
        <RemoveSourceButton customerId={customerId} featureId={featureId} source={source} />
      )}
    </Group>
  );
}
