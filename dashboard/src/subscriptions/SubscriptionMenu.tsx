import { ActionIcon, Menu } from "@mantine/core";
import { IconArrowBackUp, IconDots, IconReplace, IconX } from "@tabler/icons-react";
import { useState } from "react";

import { notifyError, notifySuccess } from "../ui/notify";
import { CancelSubscriptionModal } from "./CancelSubscriptionModal";
import { ChangeSubscriptionModal } from "./ChangeSubscriptionModal";
import { useUndoChange } from "./mutations";
import { hasPending, isLive, type Subscription } from "./subscription";

/** What can be done with a subscription that is live. */
export function SubscriptionMenu({ subscription }: { subscription: Subscription }) {
  const [action, setAction] = useState<"change" | "cancel" | null>(null);
  const undo = useUndoChange(subscription);
  const close = () => {
    setAction(null);
  };
  const undoChange = () => {
    undo.mutate(undefined, {
      onSuccess: () => {
        notifySuccess(`${subscription.plan.name} goes on as before.`);
      },
      onError: (error) => {
        notifyError("The change was not undone", error);
      },
    });
  };
  if (!isLive(subscription)) return null;
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${subscription.plan.name}`}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconReplace size={16} aria-hidden />}
            onClick={() => {
              setAction("change");
            }}
          >
            Change
          </Menu.Item>
          {hasPending(subscription) && (
            <Menu.Item leftSection={<IconArrowBackUp size={16} aria-hidden />} onClick={undoChange}>
              Undo
            </Menu.Item>
          )}
          <Menu.Item
            c="var(--mantine-color-error)"
            leftSection={<IconX size={16} aria-hidden />}
            onClick={() => {
              setAction("cancel");
            }}
          >
            Cancel
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {action === "change" && <ChangeSubscriptionModal subscription={subscription} onClose={close} />}
      {action === "cancel" && <CancelSubscriptionModal subscription={subscription} onClose={close} />}
    </>
  );
}
