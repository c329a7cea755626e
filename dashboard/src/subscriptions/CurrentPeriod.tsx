import { Time } from "../time/Time";
import { isLive, type Subscription } from "./subscription";

/** The period that is paid for; a purchase that is made once has no end, and what has ended has no period. */
export function CurrentPeriod({ subscription }: { subscription: Subscription }) {
  const { billingPeriodStartTime, billingPeriodEndTime } = subscription;
  if (!isLive(subscription)) return "–";
  return (
    <>
      <Time iso={billingPeriodStartTime} as="day" focusable /> –{" "}
      {billingPeriodEndTime ? <Time iso={billingPeriodEndTime} as="day" focusable /> : "no end"}
    </>
  );
}
