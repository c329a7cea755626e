import { Badge } from "@mantine/core";

import type { SubscriptionStatus } from "./subscription";

const STATUSES: Record<SubscriptionStatus, [label: string, color: string]> = {
  scheduled: ["Scheduled", "blue"],
  incomplete: ["Incomplete", "yellow"],
  incomplete_expired: ["Expired", "gray"],
  trialing: ["Trialing", "blue"],
  active: ["Active", "green"],
  past_due: ["Past due", "red"],
  canceled: ["Canceled", "gray"],
  superseded: ["Superseded", "gray"],
};

export function SubscriptionStatusBadge({ status }: { status: SubscriptionStatus }) {
  const [label, color] = STATUSES[status];
  return (
    <Badge variant="light" color={color}>
      {label}
    </Badge>
  );
}
