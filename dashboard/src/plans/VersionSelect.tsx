import { NativeSelect } from "@mantine/core";

import type { Plan } from "../catalog/catalog";
import { nameVersion } from "./versions";

interface Props {
  label: string;
  plan: Plan;
  /** The numbers that can be chosen. */
  versions: number[];
  value: number;
  onChange: (version: number) => void;
}

export function VersionSelect({ label, plan, versions, value, onChange }: Props) {
  return (
    <NativeSelect
      label={label}
      value={value}
      data={versions.map((version) => ({ value: String(version), label: nameVersion(plan, version) }))}
      onChange={(event) => {
        onChange(Number(event.currentTarget.value));
      }}
    />
  );
}
