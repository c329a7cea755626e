import { IconArrowBackUp, IconCreditCard, IconReplace, IconX } from "@tabler/icons-react";
import { useState } from "react";

import { IfMayWrite } from "../access/IfMayWrite";
import { ActionItem } from "../ui/ActionItem";
import { ActionsMenu } from "../ui/ActionsMenu";
import { CancelSubscriptionModal } from "./CancelSubscriptionModal";
import { ChangeSubscriptionModal } from "./ChangeSubscriptionModal";
import { ReportPaymentModal } from "./ReportPaymentModal";
import { hasPending, isLive, type Subscription } from "./subscription";
import { useUndo } from "./useUndo";

/** The three dots: what can be done with a subscription that is live. */
export function SubscriptionMenu({ subscription }: { subscription: Subscription }) {
  const [action, setAction] = useState<"change" | "payment" | "cancel" | null>(null);
  const { undo } = useUndo(subscription);
  const close = () => {
    setAction(null);
  };
  if (!isLive(subscription)) return null;
  return (
    <IfMayWrite>
      <ActionsMenu name={subscription.plan.name}>
        <ActionItem
          icon={IconReplace}
          onClick={() => {
            setAction("change");
          }}
        >
          Change
        </ActionItem>
        {hasPending(subscription) && (
          <ActionItem icon={IconArrowBackUp} onClick={undo}>
            Undo
          </ActionItem>
        )}
        <ActionItem
          icon={IconCreditCard}
          onClick={() => {
            setAction("payment");
          }}
        >
          Report a payment
        </ActionItem>
        <ActionItem
          icon={IconX}
          isDangerous
          onClick={() => {
            setAction("cancel");
          }}
        >
          Cancel
        </ActionItem>
      </ActionsMenu>
      {action === "change" && <ChangeSubscriptionModal subscription={subscription} onClose={close} />}
      {action === "payment" && <ReportPaymentModal subscription={subscription} onClose={close} />}
      {action === "cancel" && <CancelSubscriptionModal subscription={subscription} onClose={close} />}
    </IfMayWrite>
  );
}
