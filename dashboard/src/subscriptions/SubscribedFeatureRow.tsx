import { Table, Text } from "@mantine/core";

import type { Feature } from "../catalog/catalog";
import { describeLimit, describeSubscribed, describeWindow } from "./describeSubscribed";
import type { SubscribedFeature } from "./subscription";

interface Props {
  subscribed: SubscribedFeature;
  feature: Feature | undefined;
}

export function SubscribedFeatureRow({ subscribed, feature }: Props) {
  const { identifier } = subscribed;
  const window = describeWindow(subscribed);
  const limit = describeLimit(subscribed);
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={600} truncate title={feature?.name}>
          <bdi>{feature?.name ?? identifier}</bdi>
        </Text>
        <Text size="xs" c="dimmed" ff="monospace" truncate>
          {identifier}
        </Text>
      </Table.Td>
      <Table.Td ta="right">
        {describeSubscribed(subscribed, feature)}
        <Text size="xs" c="dimmed" hiddenFrom="sm">
          {[window, limit].filter(Boolean).join(", ")}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">{window || "–"}</Table.Td>
      <Table.Td visibleFrom="sm">{limit || "–"}</Table.Td>
    </Table.Tr>
  );
}
