import { Button, Group, Stack } from "@mantine/core";
import type { ReactNode } from "react";

import { Dialog } from "./Dialog";

interface Props {
  title: string;
  /** The word on the button that does it. */
  action: string;
  isPending: boolean;
  /** Why it cannot be done, in place of the question. */
  refusal?: ReactNode;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** Asks before something is taken away. */
export function ConfirmModal({ title, action, isPending, refusal, onConfirm, onClose, children }: Props) {
  return (
    <Dialog onClose={onClose} title={title}>
      <Stack gap="md">
        {refusal ?? children}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {refusal ? "Close" : "Cancel"}
          </Button>
          {!refusal && (
            <Button color="red" loading={isPending} onClick={onConfirm}>
              {action}
            </Button>
          )}
        </Group>
      </Stack>
    </Dialog>
  );
}
