import { Button, Text } from "@mantine/core";
import { IconReceiptOff } from "@tabler/icons-react";

import { EmptyState } from "../ui/EmptyState";

/** `onAdd` where the customer may get one. */
export function NoSubscriptions({ onAdd }: { onAdd: (() => void) | null }) {
  return (
    <EmptyState icon={<IconReceiptOff size={40} aria-hidden />} title="No current subscription">
      <Text size="sm" c="dimmed">
        The customer has what overrides and grants give, and nothing from a plan.
      </Text>
      {onAdd && (
        <Button mt="xs" onClick={onAdd}>
          Subscribe to a plan
        </Button>
      )}
    </EmptyState>
  );
}
