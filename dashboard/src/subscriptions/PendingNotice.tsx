import { Alert, Button, Group } from "@mantine/core";
import { IconCalendarEvent } from "@tabler/icons-react";

import { IfMayWrite } from "../access/IfMayWrite";
import { PendingChanges } from "./PendingChanges";
import { hasPending, type Subscription } from "./subscription";
import { useUndo } from "./useUndo";

/** What is to come, and the way to take the latest of it back; nothing where nothing is. */
export function PendingNotice({ subscription }: { subscription: Subscription }) {
  const { undo, isPending } = useUndo(subscription);
  if (!hasPending(subscription)) return null;
  return (
    <Alert color="blue" variant="light" icon={<IconCalendarEvent aria-hidden />} title="To come">
      <Group justify="space-between" gap="xs">
        <div>
          <PendingChanges subscription={subscription} size="sm" />
        </div>
        <IfMayWrite>
          <Button size="xs" variant="default" loading={isPending} onClick={undo}>
            {subscription.canceledAt ? "Undo the cancellation" : "Undo the change"}
          </Button>
        </IfMayWrite>
      </Group>
    </Alert>
  );
}
