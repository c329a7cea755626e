import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { useApi } from "../api/useApi";
import { ErrorNotice } from "../ui/ErrorNotice";
import type { ListFilter } from "../ui/listFilter";
import { ListFooter } from "../ui/ListFooter";
import { formatCount } from "../ui/numbers";
import { NoPlans } from "./NoPlans";
import { PlanTable } from "./PlanTable";
import { planListQuery } from "./queries";

interface Props {
  filter: ListFilter;
  onTurn: (cursor: string) => void;
  onCreate: () => void;
}

/** One page of the plans that the filter finds. */
export function PlanList({ filter, onTurn, onCreate }: Props) {
  const list = useQuery(planListQuery(useApi(), filter));
  if (list.isError) {
    return (
      <ErrorNotice title="The plans cannot be shown" error={list.error} onRetry={() => void list.refetch()} />
    );
  }
  if (list.data?.results.length === 0) return <NoPlans filter={filter} onCreate={onCreate} />;
  return (
    <Stack gap="sm" aria-busy={list.isPlaceholderData}>
      <PlanTable plans={list.data?.results} />
      <ListFooter
        count={list.data ? formatCount(list.data.count, "plan") : ""}
        page={list.data}
        onTurn={onTurn}
      />
    </Stack>
  );
}
