import { Badge, Table, Text } from "@mantine/core";

import { OptionalTime } from "../time/OptionalTime";
import { Time } from "../time/Time";
import { abbreviate, KINDS, type ApiKey } from "./apiKey";
import { ApiKeyEnd } from "./ApiKeyEnd";
import { LastUsed } from "./LastUsed";

interface Props {
  apiKey: ApiKey;
  onRevoke: () => void;
}

export function ApiKeyRow({ apiKey, onRevoke }: Props) {
  const { name, kind, createdOn, lastUsedOn } = apiKey;
  const { label, color } = KINDS[kind];
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={600} truncate title={name}>
          <bdi>{name}</bdi>
        </Text>
        <Text size="xs" c="dimmed" hiddenFrom="sm">
          {label}{" "}
          <Text span ff="monospace" size="xs">
            {abbreviate(apiKey)}
          </Text>
        </Text>
        <Text size="xs" c="dimmed" hiddenFrom="sm" component="div">
          <LastUsed apiKey={apiKey} />
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="sm" ff="monospace">
          {abbreviate(apiKey)}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Badge variant="light" color={color}>
          {label}
        </Badge>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Time iso={createdOn} as="day" />
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <OptionalTime iso={lastUsedOn} as="relative" />
      </Table.Td>
      <Table.Td ta="right">
        <ApiKeyEnd apiKey={apiKey} onRevoke={onRevoke} />
      </Table.Td>
    </Table.Tr>
  );
}
