import { Text } from "@mantine/core";

import { formatCount } from "../ui/numbers";
import type { Subscription } from "./subscription";

export function TrialLeft({ subscription }: { subscription: Subscription }) {
  if (subscription.status !== "trialing") return null;
  return (
    <Text size="xs" c="dimmed">
      {formatCount(subscription.trialDaysRemaining, "day")} left
    </Text>
  );
}
