import { Badge } from "@mantine/core";

import type { Delivery } from "./webhook";

const WORDS: Record<Delivery["status"], { label: string; color: string }> = {
  DELIVERED: { label: "Delivered", color: "green" },
  WAITING: { label: "Waiting", color: "yellow" },
  FAILED: { label: "Failed", color: "red" },
};

export function DeliveryStatusBadge({ status }: { status: Delivery["status"] }) {
  const { label, color } = WORDS[status];
  return (
    <Badge variant="light" color={color} autoContrast>
      {label}
    </Badge>
  );
}
