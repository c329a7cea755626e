import { Button, Group, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";

import { useMayWrite } from "../access/access";
import { CreateSubscriptionModal } from "./CreateSubscriptionModal";
import { NoSubscriptions } from "./NoSubscriptions";
import { SubscriptionList } from "./SubscriptionList";

interface Props {
  customerId: string;
  /** An archived customer takes no new subscription. */
  canSubscribe: boolean;
}

/** What a customer has subscribed to, now and before. */
export function SubscriptionsSection({ customerId, canSubscribe }: Props) {
  const canAdd = useMayWrite() && canSubscribe;
  const [creating, modal] = useDisclosure(false);
  return (
    <Stack gap="xl">
      {canAdd && (
        <Group justify="flex-end">
          <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} onClick={modal.open}>
            Add subscription
          </Button>
        </Group>
      )}
      <SubscriptionList
        customerId={customerId}
        age="current"
        empty={<NoSubscriptions onAdd={canAdd ? modal.open : null} />}
      />
      <SubscriptionList customerId={customerId} age="past" />
      {creating && <CreateSubscriptionModal customerId={customerId} onClose={modal.close} />}
    </Stack>
  );
}
