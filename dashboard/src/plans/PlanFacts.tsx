import { Card, SimpleGrid } from "@mantine/core";

import type { Plan } from "../catalog/catalog";
import { Time } from "../time/Time";
import { CopyValue } from "../ui/CopyValue";
import { Fact } from "../ui/Fact";
import { formatCount } from "../ui/numbers";

export function PlanFacts({ plan }: { plan: Plan }) {
  const { identifier, publishedVersion, draftVersion, maxPerCustomer, createdOn, modifiedOn } = plan;
  return (
    <Card withBorder padding="md">
      <SimpleGrid component="dl" cols={{ base: 2, sm: 3, lg: 6 }} spacing="md" m={0}>
        <Fact name="Identifier">
          <CopyValue value={identifier} label="identifier" />
        </Fact>
        <Fact name="Sold now">{publishedVersion && `Version ${publishedVersion}`}</Fact>
        <Fact name="Draft">{draftVersion && `Version ${draftVersion}`}</Fact>
        <Fact name="Per customer">
          {maxPerCustomer === null ? "Any number" : `At most ${formatCount(maxPerCustomer, "subscription")}`}
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
