import { EndNotice } from "./EndNotice";
import { isLive, type Subscription } from "./subscription";
import { PaymentNotice } from "./PaymentNotice";
import { PendingNotice } from "./PendingNotice";

/** What a person has to know before anything else: what is awaited, what is to come, why it ended. */
export function SubscriptionNotices({ subscription }: { subscription: Subscription }) {
  if (!isLive(subscription)) return <EndNotice subscription={subscription} />;
  return (
    <>
      <PaymentNotice subscription={subscription} />
      <PendingNotice subscription={subscription} />
    </>
  );
}
