import { Modal } from "@mantine/core";

import { CreateSubscriptionForm } from "./CreateSubscriptionForm";

interface Props {
  customerId: string;
  opened: boolean;
  onClose: () => void;
}

export function CreateSubscriptionModal({ customerId, opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="Add subscription">
      <CreateSubscriptionForm customerId={customerId} onClose={onClose} />
    </Modal>
  );
}
