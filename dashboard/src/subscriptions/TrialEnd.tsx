import { Time } from "../time/Time";
import { formatCount } from "../ui/numbers";
import type { Subscription } from "./subscription";

/** When the trial ends or ended, with how much of it is left. */
export function TrialEnd({ subscription }: { subscription: Subscription }) {
  const { status, trialEnd, trialDaysRemaining } = subscription;
  if (trialEnd === null) return "None";
  return (
    <>
      {status === "trialing" ? `${formatCount(trialDaysRemaining, "day")} left, until ` : "Until "}
      <Time iso={trialEnd} as="day" focusable />
    </>
  );
}
