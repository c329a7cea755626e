import { Table, VisuallyHidden } from "@mantine/core";
import { useState } from "react";

import { SkeletonRows } from "../ui/SkeletonRows";
import { ArchiveCustomerModal } from "./ArchiveCustomerModal";
import type { Customer } from "./customer";
import { CustomerRow } from "./CustomerRow";
import { EditCustomerModal } from "./EditCustomerModal";

const SKELETON_ROWS = 8;
const ROW_HEIGHT = 58;
const COLUMNS = ["always", "wide", "always", "wide", "wide", "always"] as const;

type Action = { kind: "edit" | "archive"; customer: Customer } | null;

/** The table, with the modal that a row's menu opened. Without customers, it is loading. */
export function CustomerTable({ customers }: { customers: Customer[] | undefined }) {
  const [action, setAction] = useState<Action>(null);
  const close = () => {
    setAction(null);
  };
  return (
    <>
      <Table highlightOnHover verticalSpacing="xs" layout="fixed" aria-label="Customers">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Customer</Table.Th>
            <Table.Th visibleFrom="sm">Identifier</Table.Th>
            <Table.Th w={104}>Status</Table.Th>
            <Table.Th visibleFrom="sm" w={136} ta="right">
              Subscriptions
            </Table.Th>
            <Table.Th visibleFrom="sm" w={136}>
              Created
            </Table.Th>
            <Table.Th w={52}>
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {customers?.map((customer) => (
            <CustomerRow
              key={customer.id}
              customer={customer}
              onEdit={() => {
                setAction({ kind: "edit", customer });
              }}
              onArchive={() => {
                setAction({ kind: "archive", customer });
              }}
            />
          )) ?? <SkeletonRows rows={SKELETON_ROWS} columns={COLUMNS} height={ROW_HEIGHT} />}
        </Table.Tbody>
      </Table>
      {action?.kind === "edit" && <EditCustomerModal customer={action.customer} onClose={close} />}
      {action?.kind === "archive" && <ArchiveCustomerModal customer={action.customer} onClose={close} />}
    </>
  );
}
