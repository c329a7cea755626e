import { Text } from "@mantine/core";

import { CHARGE_PERIODS } from "../catalog/labels";
import { Time } from "../time/Time";
import { isLive, type Subscription } from "./subscription";

/** What is to come: the end, another plan, or a change that waits for its payment. */
export function PendingChanges({ subscription }: { subscription: Subscription }) {
  const { canceledAt, endDate, pendingChange, unpaidChange } = subscription;
  if (!isLive(subscription)) return null;
  return (
    <>
      {canceledAt && endDate && (
        <Text size="xs" component="div">
          Will be canceled on <Time iso={endDate} as="day" />
        </Text>
      )}
      {pendingChange?.effectiveOn && (
        <Text size="xs" component="div">
          Will change to {pendingChange.planIdentifier}, {CHARGE_PERIODS[pendingChange.chargePeriod]}, on{" "}
          <Time iso={pendingChange.effectiveOn} as="day" />
        </Text>
      )}
      {unpaidChange && (
        <Text size="xs" component="div">
          Will change to {unpaidChange.planIdentifier}, {CHARGE_PERIODS[unpaidChange.chargePeriod]}, if paid
          by <Time iso={unpaidChange.expiresOn} as="moment" />
        </Text>
      )}
    </>
  );
}
