import { Skeleton, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconLockOff } from "@tabler/icons-react";

import { useApi } from "../api/useApi";
import { useFeatures } from "../catalog/useFeatures";
import { EmptyState } from "../ui/EmptyState";
import { ErrorNotice } from "../ui/ErrorNotice";
import { EntitlementRow } from "./EntitlementRow";
import { entitlementsQuery } from "./queries";
import type { EntitlementsView } from "./view";

interface Props {
  customerId: string;
  view: EntitlementsView;
}

export function EntitlementList({ customerId, view }: Props) {
  const entitlements = useQuery(entitlementsQuery(useApi(), customerId, view));
  const features = useFeatures();
  if (entitlements.isError) {
    return (
      <ErrorNotice
        title="The entitlements cannot be shown"
        error={entitlements.error}
        onRetry={() => void entitlements.refetch()}
      />
    );
  }
  if (!entitlements.data) return <Skeleton height={180} role="status" aria-label="Loading" />;
  if (entitlements.data.entitlements.length === 0) {
    return (
      <EmptyState icon={<IconLockOff size={40} aria-hidden />} title="No entitlements">
        <Text size="sm" c="dimmed">
          A subscription, a grant or an override gives features to the customer.
        </Text>
      </EmptyState>
    );
  }
  return (
    <Table verticalSpacing="sm" layout="fixed" aria-label="Entitlements">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={{ base: "38%", sm: "33%" }}>Feature</Table.Th>
          <Table.Th>Value</Table.Th>
          <Table.Th visibleFrom="sm">Comes from</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {entitlements.data.entitlements.map((entitlement) => (
          <EntitlementRow
            key={entitlement.featureId}
            customerId={customerId}
            entitlement={entitlement}
            feature={features.get(entitlement.featureId)}
          />
        ))}
      </Table.Tbody>
    </Table>
  );
}
