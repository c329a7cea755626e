import { Group, Stack } from "@mantine/core";
import { IconChevronLeft } from "@tabler/icons-react";
import { useState } from "react";

import { AnchorLink } from "../ui/AnchorLink";
import { PageTitle } from "../ui/PageTitle";
import { ArchiveCustomerModal } from "./ArchiveCustomerModal";
import type { Customer } from "./customer";
import { CustomerFacts } from "./CustomerFacts";
import { CustomerMenu } from "./CustomerMenu";
import { CustomerStatusBadge } from "./CustomerStatusBadge";
import { EditCustomerModal } from "./EditCustomerModal";

/** Who the customer is, with what can be done with them. */
export function CustomerHeader({ customer }: { customer: Customer }) {
  const [action, setAction] = useState<"edit" | "archive" | null>(null);
  const close = () => {
    setAction(null);
  };
  return (
    <Stack gap="md">
      <AnchorLink to="/customers" size="sm" w="fit-content">
        <Group gap={4}>
          <IconChevronLeft size={16} aria-hidden />
          Customers
        </Group>
      </AnchorLink>
      <PageTitle title={customer.name}>
        <Group gap="sm" wrap="nowrap">
          <CustomerStatusBadge status={customer.status} />
          <CustomerMenu
            customer={customer}
            onEdit={() => {
              setAction("edit");
            }}
            onArchive={() => {
              setAction("archive");
            }}
          />
        </Group>
      </PageTitle>
      <CustomerFacts customer={customer} />
      {action === "edit" && <EditCustomerModal customer={customer} onClose={close} />}
      {action === "archive" && <ArchiveCustomerModal customer={customer} onClose={close} />}
    </Stack>
  );
}
