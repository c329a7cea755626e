import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconWebhook } from "@tabler/icons-react";

import { IfMayWrite } from "../access/IfMayWrite";
import { useApi } from "../api/useApi";
import { DataTable, type Column } from "../ui/DataTable";
import { EmptyState } from "../ui/EmptyState";
import { ErrorNotice } from "../ui/ErrorNotice";
import { EndpointRow } from "./EndpointRow";
import { endpointsQuery } from "./queries";

const ROW_HEIGHT = 58;
const COLUMNS: readonly Column[] = [
  { title: "Endpoint" },
  { title: "Events", width: 132, isWide: true },
  { title: "Signature", width: 164, isWide: true },
  { title: "Status", width: 116 },
  { title: "Actions", width: 56, isUntitled: true },
];

interface Props {
  onCreate: () => void;
  onShowLog: (endpointId: string) => void;
}

export function EndpointList({ onCreate, onShowLog }: Props) {
  const endpoints = useQuery(endpointsQuery(useApi()));
  if (endpoints.isError) {
    return (
      <ErrorNotice
        title="The endpoints cannot be shown"
        error={endpoints.error}
        onRetry={() => void endpoints.refetch()}
      />
    );
  }
  if (endpoints.data?.length === 0) {
    return (
      <EmptyState icon={<IconWebhook size={40} aria-hidden />} title="Nobody is told of changes yet">
        <IfMayWrite>
          <Button onClick={onCreate}>Create an endpoint</Button>
        </IfMayWrite>
      </EmptyState>
    );
  }
  return (
    <DataTable label="Endpoints" columns={COLUMNS} rowHeight={ROW_HEIGHT}>
      {endpoints.data?.map((endpoint) => (
        <EndpointRow
          key={endpoint.id}
          endpoint={endpoint}
          onShowLog={() => {
            onShowLog(endpoint.id);
          }}
        />
      ))}
    </DataTable>
  );
}
