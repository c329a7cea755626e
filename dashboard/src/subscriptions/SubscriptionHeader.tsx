import { Group, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { useApi } from "../api/useApi";
import { customerQuery } from "../customers/queries";
import { BackLink } from "../ui/BackLink";
import { PageTitle } from "../ui/PageTitle";
import type { Subscription } from "./subscription";
import { SubscriptionMenu } from "./SubscriptionMenu";
import { SubscriptionStatusBadge } from "./SubscriptionStatusBadge";

/** The plan and whose it is, with what can be done with the subscription. */
export function SubscriptionHeader({ subscription }: { subscription: Subscription }) {
  const { customerId, plan, status } = subscription;
  const customer = useQuery(customerQuery(useApi(), customerId));
  return (
    <Stack gap="md">
      <BackLink to="/customers/$customerId" params={{ customerId }}>
        <bdi>{customer.data?.name ?? customerId}</bdi>
      </BackLink>
      <PageTitle title={plan.name}>
        <Group gap="sm" wrap="nowrap">
          <SubscriptionStatusBadge status={status} />
          <SubscriptionMenu subscription={subscription} />
        </Group>
      </PageTitle>
    </Stack>
  );
}
