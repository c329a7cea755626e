import { Table, Text } from "@mantine/core";

import type { Feature, PlanFeature } from "../catalog/catalog";
import { NameLink } from "../ui/NameLink";
import { StatusBadge } from "../ui/StatusBadge";
import { describeEntitlement } from "./describe";
import { DescriptionText } from "./DescriptionText";
import { PlanFeatureMenu } from "./PlanFeatureMenu";

interface Props {
  entitlement: PlanFeature;
  feature: Feature | undefined;
  canEdit: boolean;
  onChoose: (action: "edit" | "remove") => void;
}

export function PlanFeatureRow({ entitlement, feature, canEdit, onChoose }: Props) {
  const name = feature?.name ?? entitlement.feature;
  return (
    <Table.Tr style={{ verticalAlign: "top" }}>
      <Table.Td>
        <NameLink to="/features/$feature" params={{ feature: entitlement.feature }}>
          {name}
        </NameLink>
        <Text size="xs" c="dimmed" ff="monospace" truncate title={entitlement.feature}>
          {entitlement.feature}
        </Text>
        {feature?.isArchived && <StatusBadge status="archived" />}
      </Table.Td>
      <Table.Td>
        <DescriptionText description={describeEntitlement(entitlement, feature)} />
      </Table.Td>
      {canEdit && (
        <Table.Td>
          <PlanFeatureMenu name={name} onChoose={onChoose} />
        </Table.Td>
      )}
    </Table.Tr>
  );
}
