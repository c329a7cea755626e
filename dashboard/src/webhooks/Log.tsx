import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { readCursor } from "../api/cursor";
import { useApi } from "../api/useApi";
import { DataTable, type Column } from "../ui/DataTable";
import { ErrorNotice } from "../ui/ErrorNotice";
import { ListFooter } from "../ui/ListFooter";
import { DeliveryModal } from "./DeliveryModal";
import { DeliveryRow } from "./DeliveryRow";
import type { LogFilter } from "./logFilter";
import { LogToolbar } from "./LogToolbar";
import { NoDeliveries } from "./NoDeliveries";
import { logQuery } from "./queries";

const ROW_HEIGHT = 44;
const COLUMNS: readonly Column[] = [
  { title: "Event" },
  { title: "Outcome", isWide: true },
  { title: "When", width: 124, isWide: true },
  { title: "Status", width: 112 },
  { title: "Details", width: 92, isUntitled: true },
];

interface Props {
  filter: LogFilter;
  onShow: (filter: LogFilter) => void;
}

/** What was sent, newest first. A shown entry is the one of the list, so it changes with it. */
export function Log({ filter, onShow }: Props) {
  const [shownId, setShownId] = useState<string | null>(null);
  const log = useQuery(logQuery(useApi(), filter));
  const shown = log.data?.results.find((delivery) => delivery.id === shownId);
  if (log.isError) {
    return (
      <ErrorNotice title="The log cannot be shown" error={log.error} onRetry={() => void log.refetch()} />
    );
  }
  return (
    <Stack gap="sm" aria-busy={log.isPlaceholderData}>
      <LogToolbar filter={filter} onShow={onShow} />
      {log.data?.results.length === 0 ? (
        <NoDeliveries
          isFiltered={filter.endpoint !== undefined || filter.success !== undefined}
          mayFollow={readCursor(log.data.next) !== undefined}
          onShowAll={() => {
            onShow({});
          }}
        />
      ) : (
        <DataTable label="Log" columns={COLUMNS} rowHeight={ROW_HEIGHT}>
          {log.data?.results.map((delivery) => (
            <DeliveryRow
              key={delivery.id}
              delivery={delivery}
              onShow={() => {
                setShownId(delivery.id);
              }}
            />
          ))}
        </DataTable>
      )}
      <ListFooter
        count=""
        page={log.data}
        onTurn={(cursor) => {
          onShow({ ...filter, cursor });
        }}
      />
      {shown && (
        <DeliveryModal
          delivery={shown}
          onClose={() => {
            setShownId(null);
          }}
        />
      )}
    </Stack>
  );
}
