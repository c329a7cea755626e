import { IconArchive, IconArchiveOff, IconPencil } from "@tabler/icons-react";

import { IfMayWrite } from "../access/IfMayWrite";
import { ActionItem } from "../ui/ActionItem";
import { ActionsMenu } from "../ui/ActionsMenu";
import { notifyError, notifySuccess } from "../ui/notify";
import type { Customer } from "./customer";
import { useUnarchiveCustomer } from "./mutations";

interface Props {
  customer: Customer;
  onEdit: () => void;
  onArchive: () => void;
}

/** The three dots: what can be done with a customer. */
export function CustomerMenu({ customer, onEdit, onArchive }: Props) {
  const unarchive = useUnarchiveCustomer(customer);
  const restore = () => {
    unarchive.mutate(undefined, {
      onSuccess: () => {
        notifySuccess(`${customer.name} is active again.`);
      },
      onError: (error) => {
        notifyError(`${customer.name} is still archived`, error);
      },
    });
  };
  return (
    <IfMayWrite>
      <ActionsMenu name={customer.name}>
        {customer.status === "active" ? (
          <>
            <ActionItem icon={IconPencil} onClick={onEdit}>
              Edit
            </ActionItem>
            <ActionItem icon={IconArchive} isDangerous onClick={onArchive}>
              Archive
            </ActionItem>
          </>
        ) : (
          <ActionItem icon={IconArchiveOff} onClick={restore}>
            Unarchive
          </ActionItem>
        )}
      </ActionsMenu>
    </IfMayWrite>
  );
}
