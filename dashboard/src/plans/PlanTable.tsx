import type { Plan } from "../catalog/catalog";
import { DataTable, type Column } from "../ui/DataTable";
import { PlanRow } from "./PlanRow";

const ROW_HEIGHT = 43;
const COLUMNS: readonly Column[] = [
  { title: "Plan" },
  { title: "Identifier", isWide: true },
  { title: "Sold now", width: 150 },
  { title: "Draft", width: 150, isWide: true },
  { title: "Last updated", width: 136, isWide: true },
];

/** Without plans, it is loading. */
export function PlanTable({ plans }: { plans: Plan[] | undefined }) {
  return (
    <DataTable label="Plans" columns={COLUMNS} rowHeight={ROW_HEIGHT} highlightOnHover>
      {plans?.map((plan) => (
        <PlanRow key={plan.id} plan={plan} />
      ))}
    </DataTable>
  );
}
