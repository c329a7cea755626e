import { SegmentedControl } from "@mantine/core";

import { SHOWN_STATUSES, type ShownStatus } from "./listFilter";

const LABELS: Record<ShownStatus, string> = { active: "Active", archived: "Archived", all: "All" };

interface Props {
  value: ShownStatus;
  onChange: (value: ShownStatus) => void;
}

/** What is shown: archived ones only when asked for. */
export function StatusFilter({ value, onChange }: Props) {
  return (
    <SegmentedControl
      aria-label="Status"
      data={SHOWN_STATUSES.map((status) => ({ value: status, label: LABELS[status] }))}
      value={value}
      onChange={onChange}
    />
  );
}
