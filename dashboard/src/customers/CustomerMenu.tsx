import { ActionIcon, Menu } from "@mantine/core";
import { IconArchive, IconArchiveOff, IconDots, IconPencil } from "@tabler/icons-react";

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
  const unarchive = useUnarchiveCustomer(customer.customerId);
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
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${customer.name}`}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {customer.status === "active" ? (
          <>
            <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={onEdit}>
              Edit
            </Menu.Item>
            <Menu.Item
              c="var(--mantine-color-error)"
              leftSection={<IconArchive size={16} aria-hidden />}
              onClick={onArchive}
            >
              Archive
            </Menu.Item>
          </>
        ) : (
          <Menu.Item leftSection={<IconArchiveOff size={16} aria-hidden />} onClick={restore}>
            Unarchive
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
