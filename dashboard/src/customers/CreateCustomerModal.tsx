import { Modal } from "@mantine/core";

import { CreateCustomerForm } from "./CreateCustomerForm";

interface Props {
  opened: boolean;
  onClose: () => void;
}

export function CreateCustomerModal({ opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="Create customer">
      <CreateCustomerForm onClose={onClose} />
    </Modal>
  );
}
