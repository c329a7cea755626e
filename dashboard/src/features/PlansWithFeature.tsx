import { Card, List, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { useApi } from "../api/useApi";
import type { Plan } from "../catalog/catalog";
import { AnchorLink } from "../ui/AnchorLink";
import { ErrorNotice } from "../ui/ErrorNotice";
import { plansWithFeatureQuery } from "./queries";

/** The plans that are sold with the feature now, each a link to its page. */
export function PlansWithFeature({ feature }: { feature: string }) {
  const plans = useQuery(plansWithFeatureQuery(useApi(), feature));
  return (
    <Card withBorder padding="md" component="section" aria-label="Plans">
      <Stack gap="md">
        <Title order={2} size="h4">
          Plans
        </Title>
        {plans.isError && (
          <ErrorNotice
            title="The plans cannot be shown"
            error={plans.error}
            onRetry={() => void plans.refetch()}
          />
        )}
        {plans.isPending && <Skeleton height={22} width={160} role="status" aria-label="Loading the plans" />}
        {plans.data && <Plans plans={plans.data} />}
      </Stack>
    </Card>
  );
}

function Plans({ plans }: { plans: Plan[] }) {
  if (plans.length === 0) return <Text size="sm">No plan is sold with this feature.</Text>;
  return (
    <List size="sm">
      {plans.map(({ identifier, name, publishedVersion }) => (
        <List.Item key={identifier}>
          <AnchorLink to="/plans/$plan" params={{ plan: identifier }} size="sm">
            <bdi>{name}</bdi>
          </AnchorLink>
          , version {publishedVersion}
        </List.Item>
      ))}
    </List>
  );
}
