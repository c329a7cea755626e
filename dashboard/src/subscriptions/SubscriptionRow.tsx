import { Stack, Table, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";

import { CHARGE_PERIODS } from "../catalog/labels";
import { OptionalTime } from "../time/OptionalTime";
import { Time } from "../time/Time";
import { LinkRow } from "../ui/LinkRow";
import { NameLink } from "../ui/NameLink";
import { formatMoney } from "../ui/numbers";
import { PendingChanges } from "./PendingChanges";
import { renewalOf, type Subscription } from "./subscription";
import { SubscriptionMenu } from "./SubscriptionMenu";
import { SubscriptionStatusBadge } from "./SubscriptionStatusBadge";
import { TrialLeft } from "./TrialLeft";

export function SubscriptionRow({ subscription }: { subscription: Subscription }) {
  const { id, plan, planVersion, amount, currency, chargePeriod, status, startTime, endDate } = subscription;
  const renewal = renewalOf(subscription);
  const navigate = useNavigate();
  const details = { to: "/subscriptions/$subscriptionId", params: { subscriptionId: id } } as const;
  return (
    <LinkRow onOpen={() => void navigate(details)}>
      <Table.Td>
        <NameLink {...details}>{plan.name}</NameLink>
        <Text size="xs" c="dimmed">
          Version {planVersion}, {formatMoney(amount, currency)} {CHARGE_PERIODS[chargePeriod]}
        </Text>
        <Text size="xs" c="dimmed" hiddenFrom="sm" component="div">
          Since <Time iso={startTime} as="day" />
          {renewal && (
            <>
              , renews <Time iso={renewal} as="day" />
            </>
          )}
        </Text>
        <PendingChanges subscription={subscription} size="xs" />
      </Table.Td>
      <Table.Td>
        <Stack gap={2}>
          <SubscriptionStatusBadge status={status} />
          <TrialLeft subscription={subscription} />
        </Stack>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Time iso={startTime} as="day" />
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <OptionalTime iso={endDate} as="day" />
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <OptionalTime iso={renewal} as="day" />
      </Table.Td>
      <Table.Td>
        <SubscriptionMenu subscription={subscription} />
      </Table.Td>
    </LinkRow>
  );
}
