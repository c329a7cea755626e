import { NativeSelect, Stack } from "@mantine/core";

import { ActivityList } from "./ActivityList";
import { KINDS } from "./labels";
import { isKind, type ActivityView } from "./view";

const EVERY_KIND = "";

interface Props {
  customerId: string;
  view: ActivityView;
  onChange: (view: ActivityView) => void;
}

/** What happened to a customer, when, and who did it. */
export function ActivitySection({ customerId, view, onChange }: Props) {
  return (
    <Stack gap="md">
      <NativeSelect
        label="Show"
        maw={260}
        value={view.kind ?? EVERY_KIND}
        data={[
          { value: EVERY_KIND, label: "All changes" },
          ...Object.entries(KINDS).map(([value, label]) => ({ value, label })),
        ]}
        onChange={({ currentTarget: { value } }) => {
          onChange(isKind(value) ? { kind: value } : {});
        }}
      />
      <ActivityList
        customerId={customerId}
        view={view}
        onTurn={(cursor) => {
          onChange({ ...(view.kind && { kind: view.kind }), cursor });
        }}
      />
    </Stack>
  );
}
