import { Skeleton, Stack, Table, Title, VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";

import { readCursor } from "../api/cursor";
import { useApi } from "../api/useApi";
import { CursorPager } from "../ui/CursorPager";
import { ErrorNotice } from "../ui/ErrorNotice";
import { subscriptionsQuery, type Age } from "./queries";
import { SubscriptionRow } from "./SubscriptionRow";

const TITLES: Record<Age, string> = { current: "Current", past: "Past" };

interface Props {
  customerId: string;
  age: Age;
  /** What stands in place of an empty list. Without it, an empty list is not shown at all. */
  empty?: ReactNode;
}

export function SubscriptionList({ customerId, age, empty = null }: Props) {
  const [cursor, setCursor] = useState<string>();
  const list = useQuery(subscriptionsQuery(useApi(), customerId, age, cursor));
  if (list.isError) {
    return (
      <ErrorNotice
        title="The subscriptions cannot be shown"
        error={list.error}
        onRetry={() => void list.refetch()}
      />
    );
  }
  if (!list.data) return age === "current" && <Skeleton height={110} role="status" aria-label="Loading" />;
  if (list.data.results.length === 0 && !cursor) return empty;
  return (
    <Stack gap="xs">
      <Title order={2} size="h5">
        {TITLES[age]}
      </Title>
      <Table verticalSpacing="sm" layout="fixed" aria-label={`${TITLES[age]} subscriptions`}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Plan</Table.Th>
            <Table.Th w={120}>Status</Table.Th>
            <Table.Th visibleFrom="sm" w={120}>
              Start
            </Table.Th>
            <Table.Th visibleFrom="sm" w={120}>
              End
            </Table.Th>
            <Table.Th visibleFrom="sm" w={120}>
              Renewal
            </Table.Th>
            <Table.Th w={52}>
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {list.data.results.map((subscription) => (
            <SubscriptionRow key={subscription.id} subscription={subscription} />
          ))}
        </Table.Tbody>
      </Table>
      <CursorPager
        previous={readCursor(list.data.previous)}
        next={readCursor(list.data.next)}
        onTurn={setCursor}
      />
    </Stack>
  );
}
