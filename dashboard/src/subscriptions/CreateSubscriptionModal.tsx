import { Dialog } from "../ui/Dialog";
import { CreateSubscriptionForm } from "./CreateSubscriptionForm";

interface Props {
  customerId: string;
  onClose: () => void;
}

export function CreateSubscriptionModal({ customerId, onClose }: Props) {
  return (
    <Dialog onClose={onClose} title="Add subscription">
      <CreateSubscriptionForm customerId={customerId} onClose={onClose} />
    </Dialog>
  );
}
