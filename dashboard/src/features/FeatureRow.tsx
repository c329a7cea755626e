import { Table, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";

import type { Feature } from "../catalog/catalog";
import { describeCounting, FEATURE_TYPES } from "../catalog/labels";
import { LinkRow } from "../ui/LinkRow";
import { NameCell } from "../ui/NameCell";
import { NameLink } from "../ui/NameLink";

export function FeatureRow({ feature }: { feature: Feature }) {
  const { name, identifier, featureType, featureDetails, isArchived } = feature;
  const navigate = useNavigate();
  const details = { to: "/features/$feature", params: { feature: identifier } } as const;
  const units = featureDetails?.units?.plural ?? "–";
  const counting = describeCounting(feature) ?? "–";
  return (
    <LinkRow onOpen={() => void navigate(details)}>
      <NameCell identifier={identifier} isArchived={isArchived}>
        <NameLink {...details}>{name}</NameLink>
      </NameCell>
      <Table.Td visibleFrom="sm">
        <Text size="sm" ff="monospace" truncate title={identifier}>
          {identifier}
        </Text>
      </Table.Td>
      <Table.Td>{FEATURE_TYPES[featureType]}</Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="sm" truncate title={units}>
          {units}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="sm" truncate title={counting}>
          {counting}
        </Text>
      </Table.Td>
    </LinkRow>
  );
}
