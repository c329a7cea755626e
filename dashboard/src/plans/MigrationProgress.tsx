import { Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconUsersGroup } from "@tabler/icons-react";

import { isProblem } from "../api/problem";
import { useApi } from "../api/useApi";
import { EmptyState } from "../ui/EmptyState";
import { ErrorNotice } from "../ui/ErrorNotice";
import { MigrationFailures } from "./MigrationFailures";
import { MigrationSummary } from "./MigrationSummary";
import { migrationQuery } from "./queries";

interface Props {
  plan: string;
  version: number;
}

/** How far the subscribers of older versions have got to this one, and who stayed behind. */
export function MigrationProgress({ plan, version }: Props) {
  const migration = useQuery(migrationQuery(useApi(), plan, version));
  if (isProblem(migration.error, "migration_not_found")) {
    return (
      <EmptyState
        icon={<IconUsersGroup size={40} aria-hidden />}
        title={`Nobody was moved to version ${version}`}
      >
        <Text size="sm" c="dimmed">
          Subscribers of older versions kept what they had. They can be moved when a new version is published.
        </Text>
      </EmptyState>
    );
  }
  if (migration.isError) {
    return (
      <ErrorNotice
        title="The migration cannot be shown"
        error={migration.error}
        onRetry={() => void migration.refetch()}
      />
    );
  }
  if (!migration.data) return <Skeleton height={160} role="status" aria-label="Loading the migration" />;
  return (
    <Stack gap="lg">
      <MigrationSummary migration={migration.data} />
      {migration.data.failed > 0 && <MigrationFailures migration={migration.data} />}
    </Stack>
  );
}
