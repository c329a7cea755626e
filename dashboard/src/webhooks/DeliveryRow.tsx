import { Button, Table, Text } from "@mantine/core";

import { Time } from "../time/Time";
import { DeliveryStatusBadge } from "./DeliveryStatusBadge";
import { describeOutcome, type Delivery } from "./webhook";

interface Props {
  delivery: Delivery;
  onShow: () => void;
}

export function DeliveryRow({ delivery, onShow }: Props) {
  const outcome = describeOutcome(delivery);
  const when = <Time iso={delivery.lastAttempt ?? delivery.createdOn} as="relative" />;
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" truncate title={delivery.eventType}>
          {delivery.eventType}
        </Text>
        <Text size="xs" c="dimmed" hiddenFrom="sm" component="div">
          {when}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="sm" truncate title={outcome}>
          {outcome}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">{when}</Table.Td>
      <Table.Td>
        <DeliveryStatusBadge status={delivery.status} />
      </Table.Td>
      <Table.Td ta="right">
        <Button variant="default" size="xs" aria-label={`Details of ${delivery.eventType}`} onClick={onShow}>
          Details
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}
