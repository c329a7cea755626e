import { Stack, Text } from "@mantine/core";

import type { Plan } from "../catalog/catalog";
import { BackLink } from "../ui/BackLink";
import { recallView } from "../ui/lastView";
import { PageTitle } from "../ui/PageTitle";
import { PlanActions } from "./PlanActions";
import type { PlanView } from "./planView";

interface Props {
  plan: Plan;
  onShow: (view: PlanView) => void;
}

/** What the plan is called, with what can be done with it. */
export function PlanHeader({ plan, onShow }: Props) {
  return (
    <Stack gap="xs">
      <BackLink to="/plans" search={recallView("/plans")}>
        Plans
      </BackLink>
      <PageTitle title={plan.name}>
        <PlanActions plan={plan} onShow={onShow} />
      </PageTitle>
      {plan.description && (
        <Text size="sm" dir="auto" ta="left" style={{ whiteSpace: "pre-line" }}>
          {plan.description}
        </Text>
      )}
    </Stack>
  );
}
