import { Skeleton, Stack, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { useApi } from "../api/useApi";
import { CHARGE_PERIODS } from "../catalog/labels";
import { useFeatures } from "../catalog/useFeatures";
import { Time } from "../time/Time";
import { ErrorNotice } from "../ui/ErrorNotice";
import { formatMoney } from "../ui/numbers";
import { listChanges } from "./changes";
import { updatePreviewQuery } from "./queries";
import type { Subscription, SubscriptionUpdate } from "./subscription";

interface Props {
  subscription: Subscription;
  update: SubscriptionUpdate | null;
}

/** What a change would do, feature by feature, before it is made. */
export function ChangePreview({ subscription, update }: Props) {
  const preview = useQuery(updatePreviewQuery(useApi(), subscription, update));
  const features = useFeatures();
  if (!update) return null;
  if (preview.isError) return <ErrorNotice title="The change cannot be previewed" error={preview.error} />;
  if (!preview.data) return <Skeleton height={120} role="status" aria-label="Loading the preview" />;
  const { recurringAmount, currency, effectiveOn, before, after } = preview.data;
  const changes = listChanges(before, after);
  return (
    <Stack gap="xs">
      <Text size="sm" component="div">
        {formatMoney(recurringAmount, currency)} {CHARGE_PERIODS[update.chargePeriod]} from{" "}
        <Time iso={effectiveOn} as="moment" /> on
      </Text>
      {changes.length === 0 ? (
        <Text size="sm">The entitlements stay as they are.</Text>
      ) : (
        <Table aria-label="What changes">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Feature</Table.Th>
              <Table.Th ta="right">Now</Table.Th>
              <Table.Th ta="right">Then</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {changes.map(({ featureId, from, to }) => (
              <Table.Tr key={featureId}>
                <Table.Td>{features.get(featureId)?.name ?? featureId}</Table.Td>
                <Table.Td ta="right">{from}</Table.Td>
                <Table.Td ta="right" fw={600}>
                  {to}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Stack>
  );
}
