import { Text } from "@mantine/core";

import { isProblem } from "../api/problem";
import { ChangeError } from "../ui/ChangeError";
import { ConfirmModal } from "../ui/ConfirmModal";
import { notifySuccess } from "../ui/notify";
import { ArchiveRefused } from "./ArchiveRefused";
import type { Customer } from "./customer";
import { useArchiveCustomer } from "./mutations";
import { useSeenCustomer } from "./useSeenCustomer";

interface Props {
  customer: Customer;
  onClose: () => void;
}

export function ArchiveCustomerModal({ customer, onClose }: Props) {
  const { seen, reload: readCurrent } = useSeenCustomer(customer);
  const archive = useArchiveCustomer(seen);
  const refusal = isProblem(archive.error, "customer_has_live_subscriptions") ? archive.error : null;
  const confirm = () => {
    archive.mutate(undefined, {
      onSuccess: () => {
        notifySuccess(`${seen.name} was archived.`);
        onClose();
      },
    });
  };
  const reload = async () => {
    await readCurrent();
    archive.reset();
  };
  return (
    <ConfirmModal
      title={`Archive ${seen.name}`}
      action="Confirm"
      isPending={archive.isPending}
      refusal={refusal && <ArchiveRefused problem={refusal} onFollow={onClose} />}
      onConfirm={confirm}
      onClose={onClose}
    >
      <Text size="sm">
        Are you sure you want to archive this customer? Once archived, they will lose access to all features.
      </Text>
      {archive.isError && (
        <ChangeError
          title="The customer was not archived"
          thing="customer"
          error={archive.error}
          onReload={reload}
        />
      )}
    </ConfirmModal>
  );
}
