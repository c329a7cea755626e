import { Box, Text } from "@mantine/core";

import type { Plan } from "../catalog/catalog";
import { SubscriberCount } from "./SubscriberCount";
import { newestVersion, statusOf } from "./versions";

interface Props {
  plan: Plan;
  version: number;
  canEdit: boolean;
}

/** Who has a version, and what its status means for customers and for who edits it. */
export function VersionHint({ plan, version, canEdit }: Props) {
  return (
    <Box flex="1 1 260px">
      {statusOf(plan, version) !== "draft" && <SubscriberCount plan={plan.identifier} version={version} />}
      <Text size="sm" c="dimmed">
        {explain(plan, version, canEdit)}
      </Text>
    </Box>
  );
}

function explain(plan: Plan, version: number, canEdit: boolean): string {
  if (plan.isArchived) return "The plan is archived: subscribers keep it, and nothing of it can be changed.";
  const status = statusOf(plan, version);
  if (status === "draft") return "Customers get nothing of a draft until it is published.";
  if (status === "earlier") return "It never changes. Subscribers who have it keep it.";
  if (!canEdit) return "New subscribers get this version.";
  return `New subscribers get this version. An edit makes a draft, version ${newestVersion(plan) + 1}.`;
}
