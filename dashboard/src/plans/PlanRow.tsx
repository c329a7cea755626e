import { Table, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";

import type { Plan } from "../catalog/catalog";
import { Time } from "../time/Time";
import { LinkRow } from "../ui/LinkRow";
import { NameCell } from "../ui/NameCell";
import { NameLink } from "../ui/NameLink";
import { DraftBadge } from "./DraftBadge";

export function PlanRow({ plan }: { plan: Plan }) {
  const navigate = useNavigate();
  const { identifier, name, isArchived, publishedVersion, draftVersion, modifiedOn } = plan;
  const details = { to: "/plans/$plan", params: { plan: identifier } } as const;
  const draft = draftVersion !== null && <DraftBadge version={draftVersion} />;
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
      <Table.Td>
        <Text size="sm">{publishedVersion === null ? "–" : `Version ${publishedVersion}`}</Text>
        <Text component="div" hiddenFrom="sm">
          {draft}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">{draft || "–"}</Table.Td>
      <Table.Td visibleFrom="sm">
        <Time iso={modifiedOn} as="day" />
      </Table.Td>
    </LinkRow>
  );
}
