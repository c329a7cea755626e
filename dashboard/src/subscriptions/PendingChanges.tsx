import { Text } from "@mantine/core";

import { CHARGE_PERIODS } from "../catalog/labels";
import { usePlanNames } from "../catalog/usePlanNames";
import { Time } from "../time/Time";
import { isLive, type Subscription } from "./subscription";

interface Props {
  subscription: Subscription;
  size: "xs" | "sm";
}

/** What is to come: the end, another plan, or a change that waits for its payment. */
export function PendingChanges({ subscription, size }: Props) {
  const { canceledAt, endDate, pendingChange, unpaidChange } = subscription;
  const namePlan = usePlanNames();
  if (!isLive(subscription)) return null;
  return (
    <>
      {canceledAt && endDate && (
        <Text size={size} component="div">
          Will be canceled on <Time iso={endDate} as="day" />
        </Text>
      )}
      {pendingChange?.effectiveOn && (
        <Text size={size} component="div">
          Will change to {namePlan(pendingChange.planIdentifier)},{" "}
          {CHARGE_PERIODS[pendingChange.chargePeriod]}, on <Time iso={pendingChange.effectiveOn} as="day" />
        </Text>
      )}
      {unpaidChange && (
        <Text size={size} component="div">
          Will change to {namePlan(unpaidChange.planIdentifier)}, {CHARGE_PERIODS[unpaidChange.chargePeriod]},
          if paid by <Time iso={unpaidChange.expiresOn} as="moment" />
        </Text>
      )}
    </>
  );
}
