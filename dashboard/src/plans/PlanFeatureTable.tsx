import { Table, VisuallyHidden } from "@mantine/core";

import type { Feature, PlanFeature } from "../catalog/catalog";
import { PlanFeatureRow } from "./PlanFeatureRow";

interface Props {
  entitlements: PlanFeature[];
  features: Map<string, Feature>;
  canEdit: boolean;
  onChoose: (action: "edit" | "remove", entitlement: PlanFeature) => void;
}

/** What a version gives of each feature. */
export function PlanFeatureTable({ entitlements, features, canEdit, onChoose }: Props) {
  return (
    <Table layout="fixed" verticalSpacing="xs" aria-label="Features">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Feature</Table.Th>
          <Table.Th>Gives</Table.Th>
          {canEdit && (
            <Table.Th w={52}>
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          )}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {entitlements.map((entitlement) => (
          <PlanFeatureRow
            key={entitlement.feature}
            entitlement={entitlement}
            feature={features.get(entitlement.feature)}
            canEdit={canEdit}
            onChoose={(action) => {
              onChoose(action, entitlement);
            }}
          />
        ))}
      </Table.Tbody>
    </Table>
  );
}
