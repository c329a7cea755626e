import { notifications } from "@mantine/notifications";
import { IconCheck, IconX } from "@tabler/icons-react";

import { describeError } from "../api/problem";

/** A toast that says what was done. */
export function notifySuccess(message: string): void {
  notifications.show({ message, color: "green", icon: <IconCheck size={18} aria-hidden /> });
}

/** A toast for a failure that has no better place on the page. */
export function notifyError(title: string, error: unknown): void {
  notifications.show({
    title,
    message: describeError(error),
    color: "red",
    icon: <IconX size={18} aria-hidden />,
    autoClose: 10_000,
  });
}
