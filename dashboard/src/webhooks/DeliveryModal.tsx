import { Button, Code, Group, Stack, Text } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";

import { IfMayWrite } from "../access/IfMayWrite";
import { Time } from "../time/Time";
import { CopyValue } from "../ui/CopyValue";
import { Dialog } from "../ui/Dialog";
import { ErrorNotice } from "../ui/ErrorNotice";
import { notifySuccess } from "../ui/notify";
import { AttemptList } from "./AttemptList";
import { DeliveryStatusBadge } from "./DeliveryStatusBadge";
import { useResend } from "./mutations";
import type { Delivery } from "./webhook";

interface Props {
  delivery: Delivery;
  onClose: () => void;
}

/** One event on its way to one endpoint: what was sent, and every answer. */
export function DeliveryModal({ delivery, onClose }: Props) {
  const resend = useResend(delivery.id);
  return (
    <Dialog onClose={onClose} title={delivery.eventType} size="lg">
      <Stack gap="md">
        <Group justify="space-between">
          <DeliveryStatusBadge status={delivery.status} />
          <CopyValue value={delivery.eventId} label="Event id" />
        </Group>
        {delivery.nextAttempt && (
          <Text size="sm" component="div">
            Sent again on <Time iso={delivery.nextAttempt} as="moment" focusable />
          </Text>
        )}
        <AttemptList attempts={delivery.attempts} />
        <Code
          block
          role="group"
          aria-label="Payload"
          style={{ whiteSpace: "pre-wrap", wordBreak: "break-all" }}
        >
          {JSON.stringify(delivery.payload, null, 2)}
        </Code>
        {resend.isError && <ErrorNotice title="It was not sent again" error={resend.error} />}
        <IfMayWrite>
          <Group justify="flex-end">
            <Button
              leftSection={<IconSend size={16} aria-hidden />}
              loading={resend.isPending}
              onClick={() => {
                resend.mutate(undefined, {
                  onSuccess: () => {
                    notifySuccess("The event is on its way again.");
                  },
                });
              }}
            >
              Send again
            </Button>
          </Group>
        </IfMayWrite>
      </Stack>
    </Dialog>
  );
}
