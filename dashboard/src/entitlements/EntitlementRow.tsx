import { Box, Table, Text } from "@mantine/core";

import type { Feature } from "../catalog/catalog";
import { FEATURE_TYPES } from "../catalog/labels";
import { DENIAL_REASONS, type Entitlement } from "./entitlement";
import { EntitlementSources } from "./EntitlementSources";
import { EntitlementValue } from "./EntitlementValue";

interface Props {
  customerId: string;
  entitlement: Entitlement;
  feature: Feature | undefined;
}

export function EntitlementRow({ customerId, entitlement, feature }: Props) {
  const { featureId, featureType, hasAccess, accessDeniedReason } = entitlement;
  const sources = <EntitlementSources customerId={customerId} entitlement={entitlement} feature={feature} />;
  return (
    <Table.Tr style={{ verticalAlign: "top" }}>
      <Table.Td>
        <Text size="sm" fw={600}>
          {feature?.name ?? featureId}
        </Text>
        <Text size="xs" c="dimmed" ff="monospace">
          {featureId}
        </Text>
        {featureType && (
          <Text size="xs" c="dimmed">
            {FEATURE_TYPES[featureType]}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <EntitlementValue entitlement={entitlement} feature={feature} />
        {!hasAccess && accessDeniedReason && (
          <Text size="xs" c="var(--mantine-color-error)">
            No access. {DENIAL_REASONS[accessDeniedReason]}
          </Text>
        )}
        <Box hiddenFrom="sm" mt="xs">
          {sources}
        </Box>
      </Table.Td>
      <Table.Td visibleFrom="sm">{sources}</Table.Td>
    </Table.Tr>
  );
}
