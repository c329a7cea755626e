import { Box } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { loadConfig } from "../api/config";
import { ErrorNotice } from "../ui/ErrorNotice";
import { ConfiguredApp } from "./ConfiguredApp";
import { Loading } from "./Loading";
import { CONFIG_KEY } from "./queryClient";

/** Reads the configuration, then shows the page. */
export function Start() {
  const config = useQuery({ queryKey: CONFIG_KEY, queryFn: loadConfig, staleTime: Infinity });
  if (config.isSuccess) return <ConfiguredApp config={config.data} />;
  if (config.isPending) return <Loading />;
  return (
    <Box component="main" p="md">
      <ErrorNotice
        title="The dashboard cannot start"
        error={config.error}
        onRetry={() => void config.refetch()}
      />
    </Box>
  );
}
