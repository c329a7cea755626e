import { Dialog } from "../ui/Dialog";
import { CreateCustomerForm } from "./CreateCustomerForm";

export function CreateCustomerModal({ onClose }: { onClose: () => void }) {
  return (
    <Dialog onClose={onClose} title="Create customer">
      <CreateCustomerForm onClose={onClose} />
    </Dialog>
  );
}
