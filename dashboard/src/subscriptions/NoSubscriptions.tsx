import { Text } from "@mantine/core";
import { IconReceiptOff } from "@tabler/icons-react";

import { EmptyState } from "../ui/EmptyState";

export function NoSubscriptions() {
  return (
    <EmptyState icon={<IconReceiptOff size={40} aria-hidden />} title="No current subscription">
      <Text size="sm" c="dimmed">
        The customer has what overrides and grants give, and nothing from a plan.
      </Text>
    </EmptyState>
  );
}
