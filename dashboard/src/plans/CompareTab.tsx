import { Group, Stack, Switch } from "@mantine/core";
import { IconVersions } from "@tabler/icons-react";

import type { Plan } from "../catalog/catalog";
import { EmptyState } from "../ui/EmptyState";
import { Comparison } from "./Comparison";
import { parsePlanView, type PlanView } from "./planView";
import { listVersions } from "./versions";
import { VersionSelect } from "./VersionSelect";

interface Props {
  plan: Plan;
  view: PlanView;
  onShow: (view: PlanView) => void;
}

/** Two versions side by side; at first the newest and the one before it. */
export function CompareTab({ plan, view, onShow }: Props) {
  const versions = listVersions(plan);
  const [newest = 1, previous] = versions;
  if (previous === undefined) {
    return (
      <EmptyState
        icon={<IconVersions size={40} aria-hidden />}
        title="There is one version only, and nothing to compare it with"
      />
    );
  }
  const from = view.from && versions.includes(view.from) ? view.from : previous;
  const to = view.to && versions.includes(view.to) ? view.to : newest;
  return (
    <Stack gap="md">
      <Group gap="md" align="flex-end">
        <VersionSelect
          label="Version"
          plan={plan}
          versions={versions}
          value={from}
          onChange={(next) => {
            onShow({ ...view, from: next });
          }}
        />
        <VersionSelect
          label="With"
          plan={plan}
          versions={versions}
          value={to}
          onChange={(next) => {
            onShow({ ...view, to: next });
          }}
        />
        <Switch
          label="Only what differs"
          pb={8}
          checked={view.changes === true}
          onChange={(event) => {
            onShow(parsePlanView({ ...view, changes: event.currentTarget.checked }));
          }}
        />
      </Group>
      <Comparison plan={plan} from={from} to={to} isShort={view.changes === true} />
    </Stack>
  );
}
