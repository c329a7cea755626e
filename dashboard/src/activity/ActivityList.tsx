import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { readCursor } from "../api/cursor";
import { useApi } from "../api/useApi";
import { DataTable, type Column } from "../ui/DataTable";
import { ErrorNotice } from "../ui/ErrorNotice";
import { ListFooter } from "../ui/ListFooter";
import { ActivityRow } from "./ActivityRow";
import { NoActivity } from "./NoActivity";
import { activityQuery } from "./queries";
import type { ActivityView } from "./view";

const ROW_HEIGHT = 58;
const COLUMNS: readonly Column[] = [
  { title: "What" },
  { title: "When", width: 190, isWide: true },
  { title: "Who", width: 190, isWide: true },
];

interface Props {
  customerId: string;
  view: ActivityView;
  onTurn: (cursor: string) => void;
}

/** One page of changes, newest first. A page of a rare kind may be empty, and others may follow. */
export function ActivityList({ customerId, view, onTurn }: Props) {
  const list = useQuery(activityQuery(useApi(), customerId, view));
  if (list.isError) {
    return (
      <ErrorNotice
        title="The activity cannot be shown"
        error={list.error}
        onRetry={() => void list.refetch()}
      />
    );
  }
  return (
    <Stack gap="sm" aria-busy={list.isPlaceholderData}>
      {list.data?.results.length === 0 ? (
        <NoActivity
          isFiltered={view.kind !== undefined}
          mayFollow={readCursor(list.data.next) !== undefined}
        />
      ) : (
        <DataTable label="Activity" columns={COLUMNS} rowHeight={ROW_HEIGHT}>
          {list.data?.results.map((entry) => (
            <ActivityRow key={entry.id} entry={entry} />
          ))}
        </DataTable>
      )}
      <ListFooter count="" page={list.data} onTurn={onTurn} />
    </Stack>
  );
}
