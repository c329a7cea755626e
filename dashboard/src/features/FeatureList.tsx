import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { useApi } from "../api/useApi";
import { ErrorNotice } from "../ui/ErrorNotice";
import type { ListFilter } from "../ui/listFilter";
import { ListFooter } from "../ui/ListFooter";
import { formatCount } from "../ui/numbers";
import { FeatureTable } from "./FeatureTable";
import { NoFeatures } from "./NoFeatures";
import { featureListQuery } from "./queries";

interface Props {
  filter: ListFilter;
  onTurn: (cursor: string) => void;
  onCreate: () => void;
}

/** One page of the features that the filter finds. */
export function FeatureList({ filter, onTurn, onCreate }: Props) {
  const list = useQuery(featureListQuery(useApi(), filter));
  if (list.isError) {
    return (
      <ErrorNotice
        title="The features cannot be shown"
        error={list.error}
        onRetry={() => void list.refetch()}
      />
    );
  }
  if (list.data?.results.length === 0) return <NoFeatures filter={filter} onCreate={onCreate} />;
  return (
    <Stack gap="sm" aria-busy={list.isPlaceholderData}>
      <FeatureTable features={list.data?.results} />
      <ListFooter
        count={list.data ? formatCount(list.data.count, "feature") : ""}
        page={list.data}
        onTurn={onTurn}
      />
    </Stack>
  );
}
