import { Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { readCursor } from "../api/cursor";
import { useApi } from "../api/useApi";
import { CursorPager } from "../ui/CursorPager";
import { ErrorNotice } from "../ui/ErrorNotice";
import { CustomerCount } from "./CustomerCount";
import { CustomerTable } from "./CustomerTable";
import type { ListFilter } from "./listFilter";
import { NoCustomers } from "./NoCustomers";
import { customerListQuery } from "./queries";

interface Props {
  filter: ListFilter;
  onTurn: (cursor: string) => void;
  onCreate: () => void;
}

/** One page of the customers that the filter finds. */
export function CustomerList({ filter, onTurn, onCreate }: Props) {
  const list = useQuery(customerListQuery(useApi(), filter));
  if (list.isError) {
    return (
      <ErrorNotice
        title="The customers cannot be shown"
        error={list.error}
        onRetry={() => void list.refetch()}
      />
    );
  }
  if (list.data?.results.length === 0) return <NoCustomers filter={filter} onCreate={onCreate} />;
  return (
    <Stack gap="sm" aria-busy={list.isPlaceholderData}>
      <CustomerTable customers={list.data?.results} />
      <Group justify="space-between" mih={30}>
        <Text size="sm" c="dimmed" role="status">
          {list.data && <CustomerCount page={list.data} />}
        </Text>
        {list.data && (
          <CursorPager
            previous={readCursor(list.data.previous)}
            next={readCursor(list.data.next)}
            onTurn={onTurn}
          />
        )}
      </Group>
    </Stack>
  );
}
