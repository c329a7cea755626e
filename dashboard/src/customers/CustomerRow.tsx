import { Table, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import type { MouseEvent } from "react";

import { Time } from "../time/Time";
import { AnchorLink } from "../ui/AnchorLink";
import { formatCount, formatNumber } from "../ui/numbers";
import type { Customer } from "./customer";
import { CustomerMenu } from "./CustomerMenu";
import { CustomerStatusBadge } from "./CustomerStatusBadge";

interface Props {
  customer: Customer;
  onEdit: () => void;
  onArchive: () => void;
}

/** A row that opens the customer's details wherever it is clicked; the name is the link for the keyboard. */
export function CustomerRow({ customer, onEdit, onArchive }: Props) {
  const navigate = useNavigate();
  const details = { to: "/customers/$customerId", params: { customerId: customer.customerId } } as const;
  const open = (event: MouseEvent<HTMLElement>) => {
    if (!isOnControl(event.target)) void navigate(details);
  };
  return (
    <Table.Tr onClick={open} data-row-link>
      <Table.Td>
        <AnchorLink {...details} size="sm" fw={600} c="inherit" display="block" truncate>
          <bdi>{customer.name}</bdi>
        </AnchorLink>
        {customer.email && (
          <Text size="xs" c="dimmed" truncate title={customer.email}>
            {customer.email}
          </Text>
        )}
        <Text size="xs" c="dimmed" ff="monospace" truncate hiddenFrom="sm">
          {customer.customerId}
        </Text>
        <Text size="xs" c="dimmed" hiddenFrom="sm" component="div">
          {formatCount(customer.subscriptions, "subscription")}, <Time iso={customer.createdOn} as="day" />
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="sm" ff="monospace" truncate title={customer.customerId}>
          {customer.customerId}
        </Text>
      </Table.Td>
      <Table.Td>
        <CustomerStatusBadge status={customer.status} />
      </Table.Td>
      <Table.Td visibleFrom="sm" ta="right">
        {formatNumber(customer.subscriptions)}
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Time iso={customer.createdOn} as="day" />
      </Table.Td>
      <Table.Td>
        <CustomerMenu customer={customer} onEdit={onEdit} onArchive={onArchive} />
      </Table.Td>
    </Table.Tr>
  );
}

/** Whether a click was meant for a link or a button, the menu's items with them, which are outside the row. */
function isOnControl(target: EventTarget): boolean {
  return target instanceof Element && target.closest("a, button, [role=menu]") !== null;
}
