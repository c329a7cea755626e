import { Stack } from "@mantine/core";

import type { Plan } from "../catalog/catalog";
import { PlanFacts } from "./PlanFacts";
import { PlanHeader } from "./PlanHeader";
import { PlanTabs } from "./PlanTabs";
import type { PlanView } from "./planView";

interface Props {
  plan: Plan;
  view: PlanView;
  onShow: (view: PlanView) => void;
}

export function PlanDetails({ plan, view, onShow }: Props) {
  return (
    <Stack gap="xl">
      <Stack gap="md">
        <PlanHeader plan={plan} onShow={onShow} />
        <PlanFacts plan={plan} />
      </Stack>
      <PlanTabs plan={plan} view={view} onShow={onShow} />
    </Stack>
  );
}
