import type { Feature } from "../catalog/catalog";
import { DataTable, type Column } from "../ui/DataTable";
import { FeatureRow } from "./FeatureRow";

const ROW_HEIGHT = 43;
const COLUMNS: readonly Column[] = [
  { title: "Feature" },
  { title: "Identifier", isWide: true },
  { title: "Type", width: 120 },
  { title: "Unit", width: 140, isWide: true },
  { title: "Counts", isWide: true },
];

/** Without features, it is loading. */
export function FeatureTable({ features }: { features: Feature[] | undefined }) {
  return (
    <DataTable label="Features" columns={COLUMNS} rowHeight={ROW_HEIGHT} highlightOnHover>
      {features?.map((feature) => (
        <FeatureRow key={feature.id} feature={feature} />
      ))}
    </DataTable>
  );
}
