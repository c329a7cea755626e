import { Card, Group, Progress, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconCircleCheck, IconProgress } from "@tabler/icons-react";

import type { Migration } from "../catalog/catalog";
import { Time } from "../time/Time";
import { Fact } from "../ui/Fact";
import { formatCount, formatNumber } from "../ui/numbers";

export function MigrationSummary({ migration }: { migration: Migration }) {
  const { version, status, total, done, failed, changesToCome, createdOn, modifiedOn } = migration;
  const isRunning = status === "running";
  const percentOf = (count: number) => (total ? (count / total) * 100 : isRunning ? 0 : 100);
  return (
    <Card withBorder padding="md" component="section" aria-label={`Migration to version ${version}`}>
      <Stack gap="md">
        <Group gap="xs" wrap="nowrap">
          {isRunning ? (
            <IconProgress size={20} aria-hidden style={{ flexShrink: 0 }} />
          ) : (
            <IconCircleCheck size={20} aria-hidden style={{ flexShrink: 0 }} />
          )}
          <Title order={2} size="h4">
            {isRunning
              ? `Moving subscribers to version ${version}`
              : `Subscribers were moved to version ${version}`}
          </Title>
        </Group>
        <Progress.Root size="lg">
          <Progress.Section value={percentOf(done)} color="blue" animated={isRunning} aria-label="Moved" />
          <Progress.Section value={percentOf(failed)} color="red" aria-label="Stayed behind" />
        </Progress.Root>
        <Text size="sm" role="status">
          {describeProgress(migration)}
        </Text>
        <SimpleGrid component="dl" cols={{ base: 1, xs: 2, md: 4 }} spacing="md" m={0}>
          <Fact name="They get">{describeScope(migration)}</Fact>
          <Fact name="Changes to come">
            {changesToCome === null ? undefined : formatNumber(changesToCome)}
          </Fact>
          <Fact name="Started">
            <Time iso={createdOn} as="moment" focusable />
          </Fact>
          <Fact name={isRunning ? "Last progress" : "Completed"}>
            <Time iso={modifiedOn} as="moment" focusable />
          </Fact>
        </SimpleGrid>
      </Stack>
    </Card>
  );
}

function describeProgress({ total, done, failed }: Migration): string {
  if (total === null) return "Subscribers are being counted.";
  if (total === 0) return "There was nobody to move.";
  const behind = failed > 0 ? `, ${formatNumber(failed)} stayed behind` : "";
  return `${formatNumber(done)} of ${formatCount(total, "subscriber")} moved${behind}.`;
}

function describeScope({ updateFeatures, updatePricing }: Migration): string {
  if (updateFeatures && updatePricing) return "Features and prices";
  return updateFeatures ? "Features" : "Prices";
}
