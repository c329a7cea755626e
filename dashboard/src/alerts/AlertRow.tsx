import { Table, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";

import type { Feature } from "../catalog/catalog";
import { Time } from "../time/Time";
import { LinkRow } from "../ui/LinkRow";
import { NameLink } from "../ui/NameLink";
import { describeThreshold, describeUsage, type Alert } from "./alert";

interface Props {
  alert: Alert;
  feature: Feature | undefined;
}

/** A row that leads to the customer's usage of the feature. */
export function AlertRow({ alert, feature }: Props) {
  const navigate = useNavigate();
  const { customerId, customerName, featureId, createdOn } = alert;
  const usage = {
    to: "/customers/$customerId",
    params: { customerId },
    search: { tab: "usage", feature: featureId, interval: "WINDOW" },
  } as const;
  const name = feature?.name ?? featureId;
  const threshold = describeThreshold(alert, feature);
  const used = describeUsage(alert, feature);
  return (
    <LinkRow onOpen={() => void navigate(usage)}>
      <Table.Td>
        <NameLink {...usage}>{customerName}</NameLink>
        <Text size="xs" c="dimmed" ff="monospace" truncate title={customerId}>
          {customerId}
        </Text>
        <Text size="xs" c="dimmed" hiddenFrom="sm">
          {name}: {threshold}, {used}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="sm" truncate title={name}>
          <bdi>{name}</bdi>
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">{threshold}</Table.Td>
      <Table.Td visibleFrom="sm" ta="right">
        {used}
      </Table.Td>
      <Table.Td>
        <Time iso={createdOn} as="relative" />
      </Table.Td>
    </LinkRow>
  );
}
