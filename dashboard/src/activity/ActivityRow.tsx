import { Table, Text } from "@mantine/core";

import { Time } from "../time/Time";
import type { ActivityEntry } from "./activity";
import { AttributeChanges } from "./AttributeChanges";
import { describeActor, KINDS } from "./labels";

export function ActivityRow({ entry }: { entry: ActivityEntry }) {
  const { kind, featureId, occurredOn, changes, redacted } = entry;
  const who = describeActor(entry.actor);
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={600}>
          {KINDS[kind]}
          {featureId && (
            <Text span size="sm" fw={400}>
              {" "}
              <bdi>{featureId}</bdi>
            </Text>
          )}
        </Text>
        <Text size="xs" c="dimmed" hiddenFrom="sm" component="div">
          <Time iso={occurredOn} as="moment" />, <bdi>{who}</bdi>
        </Text>
        <AttributeChanges changes={changes} />
        {redacted && (
          <Text size="xs" c="dimmed">
            Values that told who the customer was are erased.
          </Text>
        )}
      </Table.Td>
      <Table.Td visibleFrom="sm" valign="top">
        <Time iso={occurredOn} as="moment" />
      </Table.Td>
      <Table.Td visibleFrom="sm" valign="top">
        <Text size="sm" truncate title={who}>
          <bdi>{who}</bdi>
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}
