import { Button, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconKey } from "@tabler/icons-react";

import { IfMayWrite } from "../access/IfMayWrite";
import { useApi } from "../api/useApi";
import { EmptyState } from "../ui/EmptyState";
import { ErrorNotice } from "../ui/ErrorNotice";
import { ApiKeyTable } from "./ApiKeyTable";
import { apiKeysQuery } from "./queries";

/** The keys that work, then those that were revoked. */
export function ApiKeyList({ onCreate }: { onCreate: () => void }) {
  const keys = useQuery(apiKeysQuery(useApi()));
  if (keys.isError) {
    return (
      <ErrorNotice title="The keys cannot be shown" error={keys.error} onRetry={() => void keys.refetch()} />
    );
  }
  const working = keys.data?.filter((key) => key.revokedOn === null);
  const revoked = keys.data?.filter((key) => key.revokedOn !== null) ?? [];
  return (
    <Stack gap="xl">
      {working?.length === 0 ? (
        <EmptyState icon={<IconKey size={40} aria-hidden />} title="No program can call Parity yet">
          <IfMayWrite>
            <Button onClick={onCreate}>Create a key</Button>
          </IfMayWrite>
        </EmptyState>
      ) : (
        <ApiKeyTable label="API keys" keys={working} />
      )}
      {revoked.length > 0 && (
        <Stack gap="xs">
          <Title order={2} size="h5">
            Revoked
          </Title>
          <ApiKeyTable label="Revoked API keys" keys={revoked} />
        </Stack>
      )}
    </Stack>
  );
}
