import { useState } from "react";

import { DataTable, type Column } from "../ui/DataTable";
import type { Customer } from "./customer";
import type { CustomerFilter } from "./customerFilter";
import { CustomerRow } from "./CustomerRow";
import { ArchiveCustomerModal, EditCustomerModal } from "./modals";

const ROW_HEIGHT = 58;
const CREATED: Column = { title: "Created", width: 136, isWide: true };
const COLUMNS: readonly Column[] = [
  { title: "Customer" },
  { title: "Identifier", isWide: true },
  { title: "Status", width: 104, isWide: true },
  { title: "Subscriptions", width: 136, isWide: true, align: "right" },
  CREATED,
  { title: "Actions", width: 52, isUntitled: true },
];

type Action = { kind: "edit" | "archive"; customer: Customer } | null;

interface Props {
  /** None while they are loading. */
  customers: Customer[] | undefined;
  filter: CustomerFilter;
  onSort: () => void;
}

/** The table, with the modal that a row's menu opened. */
export function CustomerTable({ customers, filter: { sort, search }, onSort }: Props) {
  const [action, setAction] = useState<Action>(null);
  const close = () => {
    setAction(null);
  };
  const order = sort ? "ascending" : "descending";
  const sorted: Column = search ? CREATED : { ...CREATED, sort: { order, onTurn: onSort } };
  return (
    <>
      <DataTable
        label="Customers"
        columns={COLUMNS.map((each) => (each === CREATED ? sorted : each))}
        rowHeight={ROW_HEIGHT}
        highlightOnHover
      >
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
        ))}
      </DataTable>
      {action?.kind === "edit" && <EditCustomerModal customer={action.customer} onClose={close} />}
      {action?.kind === "archive" && <ArchiveCustomerModal customer={action.customer} onClose={close} />}
    </>
  );
}
