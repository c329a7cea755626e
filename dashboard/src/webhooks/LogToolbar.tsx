import { Group, NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { useApi } from "../api/useApi";
import type { LogFilter } from "./logFilter";
import { endpointsQuery } from "./queries";

const OUTCOMES = [
  { value: "", label: "Any outcome" },
  { value: "true", label: "Delivered" },
  { value: "false", label: "Not delivered" },
];

interface Props {
  filter: LogFilter;
  onShow: (filter: LogFilter) => void;
}

/** What the log is filtered by. Another filter starts at its first page. */
export function LogToolbar({ filter: { endpoint, success }, onShow }: Props) {
  const endpoints = useQuery(endpointsQuery(useApi())).data ?? [];
  const options = [
    { value: "", label: "All endpoints" },
    ...endpoints.map(({ id, url }) => ({ value: id, label: url })),
  ];
  // The URL may name one that was deleted since: its log is still there.
  if (endpoint && !endpoints.some(({ id }) => id === endpoint))
    options.push({ value: endpoint, label: endpoint });
  return (
    <Group gap="sm">
      <NativeSelect
        aria-label="Endpoint"
        data={options}
        value={endpoint ?? ""}
        onChange={({ currentTarget: { value } }) => {
          onShow({ ...(value && { endpoint: value }), ...(success && { success }) });
        }}
      />
      <NativeSelect
        aria-label="Outcome"
        data={OUTCOMES}
        value={success ?? ""}
        onChange={({ currentTarget: { value } }) => {
          const chosen: Pick<LogFilter, "success"> =
            value === "true" || value === "false" ? { success: value } : {};
          onShow({ ...(endpoint && { endpoint }), ...chosen });
        }}
      />
    </Group>
  );
}
