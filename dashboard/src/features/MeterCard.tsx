import { Card, List, SimpleGrid, Stack, Text, Title } from "@mantine/core";

import type { Meter } from "../catalog/catalog";
import { AGGREGATIONS, describeFilter } from "../catalog/labels";
import { CopyValue } from "../ui/CopyValue";
import { Fact } from "../ui/Fact";

/** Which events a feature counts, and how they become one number. */
export function MeterCard({ meter: { eventName, aggregation, filters = [] } }: { meter: Meter }) {
  const { function: name, field } = aggregation;
  return (
    <Card withBorder padding="md" component="section" aria-label="Meter">
      <Stack gap="md">
        <Title order={2} size="h4">
          Meter
        </Title>
        <SimpleGrid component="dl" cols={{ base: 1, xs: 2 }} spacing="md" m={0}>
          <Fact name="Event">
            <CopyValue value={eventName} label="event name" />
          </Fact>
          <Fact name="Counts">{field ? `${AGGREGATIONS[name]} of ${field}` : AGGREGATIONS[name]}</Fact>
        </SimpleGrid>
        {filters.length === 0 ? (
          <Text size="sm">Every event of this name is counted.</Text>
        ) : (
          <>
            <Text size="sm">An event is counted if</Text>
            <List size="sm">
              {filters.map((group, index) => (
                <List.Item key={index}>
                  {group.map(describeFilter).join(", and ")}
                  {index < filters.length - 1 && "; or"}
                </List.Item>
              ))}
            </List>
          </>
        )}
      </Stack>
    </Card>
  );
}
