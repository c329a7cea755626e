import { Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";

import { useApi } from "../api/useApi";
import type { Feature } from "../catalog/catalog";
import { useNow } from "../time/clock";
import { ErrorNotice } from "../ui/ErrorNotice";
import { usageQuery } from "./queries";
import { UsageSummary } from "./UsageSummary";
import { UsageTable } from "./UsageTable";
import { DEFAULT_INTERVAL, DEFAULT_RANGE, startOf, type UsageView } from "./view";

const CHART_HEIGHT = 280;

/** The charts' library is larger than all else together, so it is loaded only here. */
const UsageChart = lazy(() => import("./UsageChart"));

interface Props {
  customerId: string;
  feature: Feature;
  view: UsageView;
}

export function UsageResult({ customerId, feature, view }: Props) {
  const question = {
    customerId,
    feature: feature.identifier,
    from: startOf(view.range ?? DEFAULT_RANGE, useNow()).toISOString(),
    interval: view.interval ?? DEFAULT_INTERVAL,
  };
  const usage = useQuery(usageQuery(useApi(), question));
  const loading = <Skeleton height={CHART_HEIGHT} role="status" aria-label="Loading" />;
  if (usage.isError) {
    return (
      <ErrorNotice
        title="The usage cannot be shown"
        error={usage.error}
        onRetry={() => void usage.refetch()}
      />
    );
  }
  if (!usage.data) return loading;
  return (
    <Stack gap="md" aria-busy={usage.isFetching}>
      <UsageSummary usage={usage.data} feature={feature} onRefresh={() => void usage.refetch()} />
      <Suspense fallback={loading}>
        <UsageChart usage={usage.data} feature={feature} height={CHART_HEIGHT} />
      </Suspense>
      <UsageTable usage={usage.data} />
    </Stack>
  );
}
