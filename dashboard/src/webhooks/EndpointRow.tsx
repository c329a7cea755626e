import { Table, Text } from "@mantine/core";

import { EndpointMenu } from "./EndpointMenu";
import { EndpointStatusBadge } from "./EndpointStatusBadge";
import { SIGNATURES, type Endpoint } from "./webhook";

interface Props {
  endpoint: Endpoint;
  onShowLog: () => void;
}

export function EndpointRow({ endpoint, onShowLog }: Props) {
  const { url, description, eventTypes, signature } = endpoint;
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={600} truncate title={url}>
          {url}
        </Text>
        {description && (
          <Text size="xs" c="dimmed" truncate title={description}>
            <bdi>{description}</bdi>
          </Text>
        )}
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="sm" title={eventTypes?.join(", ")}>
          {eventTypes ? `${String(eventTypes.length)} of 7` : "All"}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="sm">{SIGNATURES[signature].label}</Text>
      </Table.Td>
      <Table.Td>
        <EndpointStatusBadge endpoint={endpoint} />
      </Table.Td>
      <Table.Td ta="right">
        <EndpointMenu endpoint={endpoint} onShowLog={onShowLog} />
      </Table.Td>
    </Table.Tr>
  );
}
