import { Stack, Table, Text } from "@mantine/core";

import type { Migration } from "../catalog/catalog";
import { capitalize } from "../api/problem";
import { AnchorLink } from "../ui/AnchorLink";
import { formatNumber } from "../ui/numbers";
import { SectionHead } from "./SectionHead";

/** The subscriptions that stay on their version, each with why. */
export function MigrationFailures({ migration: { failed, failures } }: { migration: Migration }) {
  return (
    <Stack gap="xs" component="section" aria-label="Who stayed behind">
      <SectionHead title="Who stayed behind" />
      <Table layout="fixed" aria-label="Who stayed behind">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Subscription</Table.Th>
            <Table.Th>Why</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {failures.map(({ subscriptionId, detail }) => (
            <Table.Tr key={subscriptionId}>
              <Table.Td>
                <AnchorLink
                  to="/subscriptions/$subscriptionId"
                  params={{ subscriptionId }}
                  size="sm"
                  ff="monospace"
                  display="block"
                  truncate
                  title={subscriptionId}
                >
                  {subscriptionId}
                </AnchorLink>
              </Table.Td>
              <Table.Td>{capitalize(detail)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {failed > failures.length && (
        <Text size="sm" c="dimmed">
          These are the first {formatNumber(failures.length)} of {formatNumber(failed)}.
        </Text>
      )}
    </Stack>
  );
}
