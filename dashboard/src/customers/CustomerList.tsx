import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { useApi } from "../api/useApi";
import { ErrorNotice } from "../ui/ErrorNotice";
import { ListFooter } from "../ui/ListFooter";
import { formatCount } from "../ui/numbers";
import type { CustomerPage } from "./customer";
import type { CustomerFilter } from "./customerFilter";
import { CustomerTable } from "./CustomerTable";
import { NoCustomers } from "./NoCustomers";
import { customerListQuery } from "./queries";
import { isLongEnough } from "./search";
import { SearchTooShort } from "./SearchTooShort";

interface Props {
  filter: CustomerFilter;
  /** Turns the order by creation round. */
  onSort: () => void;
  onTurn: (cursor: string) => void;
  onCreate: () => void;
}

/** One page of the customers that the filter finds. */
export function CustomerList({ filter, onSort, onTurn, onCreate }: Props) {
  const tooShort = filter.search !== undefined && !isLongEnough(filter.search);
  const list = useQuery({ ...customerListQuery(useApi(), filter), enabled: !tooShort });
  if (tooShort) return <SearchTooShort />;
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
      <CustomerTable customers={list.data?.results} filter={filter} onSort={onSort} />
      <ListFooter count={list.data ? describeCount(list.data) : ""} page={list.data} onTurn={onTurn} />
    </Stack>
  );
}

/** How many customers there are; a search may know only of the first ones. */
function describeCount({ count, countIsExact }: CustomerPage): string {
  return `${countIsExact ? "" : "At least "}${formatCount(count, "customer")}`;
}
