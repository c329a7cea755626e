import { Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { useApi } from "../api/useApi";
import type { Plan } from "../catalog/catalog";
import { useFeatures } from "../catalog/useFeatures";
import { ErrorNotice } from "../ui/ErrorNotice";
import { compareVersions, onlyChanges, withRows } from "./compare";
import { ComparisonTable } from "./ComparisonTable";
import { planVersionQuery } from "./queries";
import { nameVersion } from "./versions";

interface Props {
  plan: Plan;
  from: number;
  to: number;
  /** Whether only what differs is shown. */
  isShort: boolean;
}

export function Comparison({ plan, from, to, isShort }: Props) {
  const api = useApi();
  const before = useQuery(planVersionQuery(api, plan.identifier, from));
  const after = useQuery(planVersionQuery(api, plan.identifier, to));
  const features = useFeatures();
  const failed = [before, after].find((version) => version.isError);
  if (failed) {
    return (
      <ErrorNotice
        title="The versions cannot be compared"
        error={failed.error}
        onRetry={() => void failed.refetch()}
      />
    );
  }
  if (!before.data || !after.data) {
    return <Skeleton height={240} role="status" aria-label="Loading the versions" />;
  }
  const groups = compareVersions(before.data, after.data, features);
  const changes = onlyChanges(groups);
  return (
    <>
      {changes.length === 0 && <Text size="sm">Both versions say the same.</Text>}
      {(!isShort || changes.length > 0) && (
        <ComparisonTable
          groups={isShort ? changes : withRows(groups)}
          titles={[nameVersion(plan, from), nameVersion(plan, to)]}
        />
      )}
    </>
  );
}
