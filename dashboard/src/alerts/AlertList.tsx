import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { readCursor } from "../api/cursor";
import { useApi } from "../api/useApi";
import { useFeatures } from "../catalog/useFeatures";
import { DataTable, type Column } from "../ui/DataTable";
import { ErrorNotice } from "../ui/ErrorNotice";
import { ListFooter } from "../ui/ListFooter";
import { isFiltered, type AlertFilter } from "./alertFilter";
import { AlertRow } from "./AlertRow";
import { NoAlerts } from "./NoAlerts";
import { alertsQuery } from "./queries";

const ROW_HEIGHT = 58;
const COLUMNS: readonly Column[] = [
  { title: "Customer" },
  { title: "Feature", isWide: true },
  { title: "Threshold", width: 150, isWide: true },
  { title: "Used", width: 190, isWide: true, align: "right" },
  { title: "When", width: 130 },
];

interface Props {
  filter: AlertFilter;
  onTurn: (cursor: string) => void;
  onShowAll: () => void;
}

/** One page of alerts, newest first. A page of a rare feature may be empty, and others may follow. */
export function AlertList({ filter, onTurn, onShowAll }: Props) {
  const list = useQuery(alertsQuery(useApi(), filter));
  const features = useFeatures();
  if (list.isError) {
    return (
      <ErrorNotice
        title="The alerts cannot be shown"
        error={list.error}
        onRetry={() => void list.refetch()}
      />
    );
  }
  const isEmpty = list.data?.results.length === 0;
  return (
    <Stack gap="sm" aria-busy={list.isPlaceholderData}>
      {isEmpty ? (
        <NoAlerts
          isFiltered={isFiltered(filter)}
          mayFollow={readCursor(list.data?.next ?? null) !== undefined}
          onShowAll={onShowAll}
        />
      ) : (
        <DataTable label="Alerts" columns={COLUMNS} rowHeight={ROW_HEIGHT} highlightOnHover>
          {list.data?.results.map((alert) => (
            <AlertRow key={alert.id} alert={alert} feature={features.get(alert.featureId)} />
          ))}
        </DataTable>
      )}
      <ListFooter count="" page={list.data} onTurn={onTurn} />
    </Stack>
  );
}
