import { Skeleton, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";

import { readCursor } from "../api/cursor";
import { useApi } from "../api/useApi";
import { CursorPager } from "../ui/CursorPager";
import { DataTable, type Column } from "../ui/DataTable";
import { ErrorNotice } from "../ui/ErrorNotice";
import { subscriptionsQuery, type Age } from "./queries";
import { SubscriptionRow } from "./SubscriptionRow";

const TITLES: Record<Age, string> = { current: "Current", past: "Past" };

const ROW_HEIGHT = 72;
const COLUMNS: readonly Column[] = [
  { title: "Plan" },
  { title: "Status", width: 120 },
  { title: "Start", width: 120, isWide: true },
  { title: "End", width: 120, isWide: true },
  { title: "Renewal", width: 120, isWide: true },
  { title: "Actions", width: 52, isUntitled: true },
];

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
      <DataTable label={`${TITLES[age]} subscriptions`} columns={COLUMNS} rowHeight={ROW_HEIGHT}>
        {list.data.results.map((subscription) => (
          <SubscriptionRow key={subscription.id} subscription={subscription} />
        ))}
      </DataTable>
      <CursorPager
        previous={readCursor(list.data.previous)}
        next={readCursor(list.data.next)}
        onTurn={setCursor}
      />
    </Stack>
  );
}
