import { Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconChartBarOff } from "@tabler/icons-react";

import { useApi } from "../api/useApi";
import type { Feature } from "../catalog/catalog";
import { featuresQuery } from "../catalog/queries";
import { EmptyState } from "../ui/EmptyState";
import { ErrorNotice } from "../ui/ErrorNotice";
import { UsageControls } from "./UsageControls";
import { UsageResult } from "./UsageResult";
import type { UsageView } from "./view";

interface Props {
  customerId: string;
  view: UsageView;
  onChange: (view: UsageView) => void;
}

/** How much a customer used of a metered feature over time. */
export function UsageSection({ customerId, view, onChange }: Props) {
  const features = useQuery(featuresQuery(useApi()));
  if (features.isError) {
    return (
      <ErrorNotice
        title="The features cannot be shown"
        error={features.error}
        onRetry={() => void features.refetch()}
      />
    );
  }
  if (!features.data) return <Skeleton height={300} role="status" aria-label="Loading" />;
  const metered = features.data.filter((feature) => feature.featureType === "METER");
  const shown = chooseFeature(metered, view.feature);
  if (!shown) {
    return (
      <EmptyState icon={<IconChartBarOff size={40} aria-hidden />} title="No metered feature">
        <Text size="sm" c="dimmed">
          Usage is shown of metered features, and the catalogue has none.
        </Text>
      </EmptyState>
    );
  }
  return (
    <Stack gap="md">
      <UsageControls features={metered} shown={shown} view={view} onChange={onChange} />
      <UsageResult customerId={customerId} feature={shown} view={view} />
    </Stack>
  );
}

function chooseFeature(features: Feature[], identifier: string | undefined): Feature | undefined {
  return features.find((feature) => feature.identifier === identifier) ?? features[0];
}
