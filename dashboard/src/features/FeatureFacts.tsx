import { Card, SimpleGrid } from "@mantine/core";

import type { Feature } from "../catalog/catalog";
import { FEATURE_TYPES } from "../catalog/labels";
import { Time } from "../time/Time";
import { CopyValue } from "../ui/CopyValue";
import { Fact } from "../ui/Fact";

export function FeatureFacts({ feature }: { feature: Feature }) {
  const { identifier, featureType, featureDetails, createdOn, modifiedOn } = feature;
  const units = featureDetails?.units;
  return (
    <Card withBorder padding="md">
      <SimpleGrid component="dl" cols={{ base: 2, md: 5 }} spacing="md" m={0}>
        <Fact name="Identifier">
          <CopyValue value={identifier} label="identifier" />
        </Fact>
        <Fact name="Type">{FEATURE_TYPES[featureType]}</Fact>
        <Fact name="Unit">
          {units && (
            <bdi>
              {units.singular}, {units.plural}
            </bdi>
          )}
        </Fact>
        <Fact name="Created">
          <Time iso={createdOn} as="relative" focusable />
        </Fact>
        <Fact name="Last updated">
          <Time iso={modifiedOn} as="relative" focusable />
        </Fact>
      </SimpleGrid>
    </Card>
  );
}
