import { Box, Table, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";

import { Time } from "../time/Time";
import { LinkRow } from "../ui/LinkRow";
import { NameLink } from "../ui/NameLink";
import { formatCount, formatNumber } from "../ui/numbers";
import { StatusBadge } from "../ui/StatusBadge";
import type { Customer } from "./customer";
import { CustomerMenu } from "./CustomerMenu";

interface Props {
  customer: Customer;
  onEdit: () => void;
  onArchive: () => void;
}

/** A row that opens the customer's details wherever it is clicked; the name is the link for the keyboard. */
export function CustomerRow({ customer, onEdit, onArchive }: Props) {
  const navigate = useNavigate();
  const details = { to: "/customers/$customerId", params: { customerId: customer.customerId } } as const;
  return (
    <LinkRow onOpen={() => void navigate(details)}>
      <Table.Td>
        <NameLink {...details}>{customer.name}</NameLink>
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
        <Box hiddenFrom="sm" mt={4}>
          <StatusBadge status={customer.status} />
        </Box>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="sm" ff="monospace" truncate title={customer.customerId}>
          {customer.customerId}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <StatusBadge status={customer.status} />
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
    </LinkRow>
  );
}
