import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";

import { isProblem } from "../api/problem";
import { useApi } from "../api/useApi";
import { ErrorNotice } from "../ui/ErrorNotice";
import { PageSkeleton } from "../ui/PageSkeleton";
import { FeatureFacts } from "./FeatureFacts";
import { FeatureHeader } from "./FeatureHeader";
import { MeterCard } from "./MeterCard";
import { PlansWithFeature } from "./PlansWithFeature";
import { featureQuery } from "./queries";
import { UnknownFeature } from "./UnknownFeature";

const route = getRouteApi("/features/$feature");

export function FeaturePage() {
  const { feature: identifier } = route.useParams();
  const feature = useQuery(featureQuery(useApi(), identifier));
  if (feature.isPending) return <PageSkeleton label="Loading the feature" />;
  if (isProblem(feature.error, "feature_not_found")) return <UnknownFeature identifier={identifier} />;
  if (feature.isError) {
    return (
      <ErrorNotice
        title="The feature cannot be shown"
        error={feature.error}
        onRetry={() => void feature.refetch()}
      />
    );
  }
  return (
    <Stack gap="md">
      <FeatureHeader feature={feature.data} />
      <FeatureFacts feature={feature.data} />
      {feature.data.meter && <MeterCard meter={feature.data.meter} />}
      <PlansWithFeature feature={feature.data.identifier} />
    </Stack>
  );
}
