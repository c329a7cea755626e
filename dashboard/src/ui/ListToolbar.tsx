import { Box, Group } from "@mantine/core";
import type { ReactNode } from "react";

import type { ListFilter } from "./listFilter";
import { SearchInput } from "./SearchInput";
import { StatusFilter } from "./StatusFilter";

interface Props {
  searchLabel: string;
  filter: ListFilter;
  /** `replace`: the view before is not one that the back button should lead to. */
  onShow: (filter: ListFilter, options?: { replace: boolean }) => void;
  /** What else can be done with the list, at the right. */
  children?: ReactNode;
}

/** What a list is searched and filtered by. Another filter starts at its first page. */
export function ListToolbar({ searchLabel, filter: { search, status }, onShow, children }: Props) {
  return (
    <Group gap="sm" align="center">
      <SearchInput
        label={searchLabel}
        value={search ?? ""}
        onSearch={(text) => {
          onShow({ ...(status && { status }), ...(text && { search: text }) }, { replace: true });
        }}
      />
      <StatusFilter
        value={status ?? "active"}
        onChange={(next) => {
          onShow({ ...(search && { search }), ...(next !== "active" && { status: next }) });
        }}
      />
      <Box ml="auto">{children}</Box>
    </Group>
  );
}
