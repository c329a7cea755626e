import { Box, Center, Loader } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { loadConfig } from "../api/config";
import { ErrorNotice } from "../ui/ErrorNotice";
import { ConfiguredApp } from "./ConfiguredApp";

/** Reads the configuration, then shows the page. */
export function Start() {
  const config = useQuery({ queryKey: ["config"], queryFn: loadConfig, staleTime: Infinity });
  if (config.isSuccess) return <ConfiguredApp config={config.data} />;
  if (config.isPending) {
    return (
      <Center h="100vh" role="status" aria-label="Loading">
        <Loader />
      </Center>
    );
  }
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
