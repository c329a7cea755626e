import { Group, Stack } from "@mantine/core";
import { useState } from "react";

import { BackLink } from "../ui/BackLink";
import { recallView } from "../ui/lastView";
import { PageTitle } from "../ui/PageTitle";
import { StatusBadge } from "../ui/StatusBadge";
import type { Customer } from "./customer";
import { CustomerFacts } from "./CustomerFacts";
import { CustomerMenu } from "./CustomerMenu";
import { ArchiveCustomerModal, EditCustomerModal } from "./modals";

/** Who the customer is, with what can be done with them. */
export function CustomerHeader({ customer }: { customer: Customer }) {
  const [action, setAction] = useState<"edit" | "archive" | null>(null);
  const close = () => {
    setAction(null);
  };
  return (
    <Stack gap="md">
      <BackLink to="/customers" search={recallView("/customers")}>
        Customers
      </BackLink>
      <PageTitle title={customer.name}>
        <Group gap="sm" wrap="nowrap">
          <StatusBadge status={customer.status} />
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
