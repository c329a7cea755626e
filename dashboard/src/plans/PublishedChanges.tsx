import { Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { useApi } from "../api/useApi";
import { useFeatures } from "../catalog/useFeatures";
import { ErrorNotice } from "../ui/ErrorNotice";
import { compareVersions, onlyChanges, withRows } from "./compare";
import { ComparisonTable } from "./ComparisonTable";
import { planVersionQuery, type PlanVersion } from "./queries";

/** What a draft changes of the version that is sold; of a plan that was never published, all that it says. */
export function PublishedChanges({ draft }: { draft: PlanVersion }) {
  const { identifier, version, publishedVersion } = draft.plan;
  const features = useFeatures();
  const sold = useQuery({
    ...planVersionQuery(useApi(), identifier, publishedVersion ?? version),
    enabled: publishedVersion !== null,
  });
  if (publishedVersion === null) {
    const groups = withRows(compareVersions(draft, draft, features));
    return (
      <>
        <Text size="sm">Customers can subscribe to the plan then, and get:</Text>
        <ComparisonTable groups={groups} titles={[`Version ${version}`]} />
      </>
    );
  }
  if (sold.isError) {
    return (
      <ErrorNotice
        title="What changes cannot be shown"
        error={sold.error}
        onRetry={() => void sold.refetch()}
      />
    );
  }
  if (!sold.data) return <Skeleton height={160} role="status" aria-label="Loading what changes" />;
  const groups = onlyChanges(compareVersions(sold.data, draft, features));
  if (groups.length === 0) {
    return <Text size="sm">The draft says the same as version {publishedVersion}, which is sold now.</Text>;
  }
  return (
    <>
      <Text size="sm">New subscribers get this then:</Text>
      <ComparisonTable groups={groups} titles={[`Version ${publishedVersion}`, `Version ${version}`]} />
    </>
  );
}
