import { isProblem } from "../api/problem";
import { ArchiveModal } from "../ui/ArchiveModal";
import { ArchiveRefused } from "./ArchiveRefused";
import type { Customer } from "./customer";
import { useArchiveCustomer } from "./mutations";
import { useSeenCustomer } from "./useSeenCustomer";

interface Props {
  customer: Customer;
  onClose: () => void;
}

export function ArchiveCustomerModal({ customer, onClose }: Props) {
  const { seen, reload } = useSeenCustomer(customer);
  const archive = useArchiveCustomer(seen);
  const refusal = isProblem(archive.error, "customer_has_live_subscriptions") ? archive.error : null;
  return (
    <ArchiveModal
      thing="customer"
      name={seen.name}
      action="Confirm"
      question="Are you sure you want to archive this customer? Once archived, they will lose access to all features."
      archive={archive}
      refusal={refusal && <ArchiveRefused problem={refusal} onFollow={onClose} />}
      onReload={reload}
      onClose={onClose}
    />
  );
}
