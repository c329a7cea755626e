import { Box, SimpleGrid, Text, Title } from "@mantine/core";

import { Fact } from "../ui/Fact";

const SHOWN = 24;

/** What other systems keep with the customer. A text is shown as it is, anything else as JSON. */
export function CustomerMetadata({ metadata }: { metadata: Record<string, unknown> }) {
  const entries = Object.entries(metadata);
  return (
    <Box component="section" aria-label="Metadata">
      <Title order={2} size="h6" mb="xs">
        Metadata
      </Title>
      <SimpleGrid component="dl" cols={{ base: 2, md: 5 }} spacing="md" m={0}>
        {entries.slice(0, SHOWN).map(([name, value]) => (
          <Fact key={name} name={name}>
            <Text size="sm" span lineClamp={3}>
              <bdi>{typeof value === "string" ? value : JSON.stringify(value)}</bdi>
            </Text>
          </Fact>
        ))}
      </SimpleGrid>
      {entries.length > SHOWN && <Text size="sm">and {entries.length - SHOWN} more.</Text>}
    </Box>
  );
}
