import { Stack, Title } from "@mantine/core";
import { IconPuzzle } from "@tabler/icons-react";

import { useFeatures } from "../catalog/useFeatures";
import { DataTable, type Column } from "../ui/DataTable";
import { EmptyState } from "../ui/EmptyState";
import { SubscribedFeatureRow } from "./SubscribedFeatureRow";
import type { SubscribedFeature } from "./subscription";

const ROW_HEIGHT = 52;
const COLUMNS: readonly Column[] = [
  { title: "Feature" },
  { title: "Value", align: "right", width: 150 },
  { title: "Window", isWide: true },
  { title: "Limit", width: 120, isWide: true },
];

/** What the subscription gives; the customer may have more from elsewhere. */
export function SubscribedFeatures({ features }: { features: SubscribedFeature[] }) {
  const known = useFeatures();
  return (
    <Stack gap="xs">
      <Title order={2} size="h5">
        Features
      </Title>
      {features.length === 0 ? (
        <EmptyState icon={<IconPuzzle size={40} aria-hidden />} title="The plan has no features" />
      ) : (
        <DataTable label="Features" columns={COLUMNS} rowHeight={ROW_HEIGHT}>
          {features.map((subscribed) => (
            <SubscribedFeatureRow
              key={subscribed.identifier}
              subscribed={subscribed}
              feature={known.get(subscribed.identifier)}
            />
          ))}
        </DataTable>
      )}
    </Stack>
  );
}
