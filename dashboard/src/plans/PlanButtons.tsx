import { Button } from "@mantine/core";

import type { Plan } from "../catalog/catalog";
import { PlanMenu } from "./PlanMenu";

export type PlanAction = "publish" | "edit" | "discard" | "archive";

interface Props {
  plan: Plan;
  disabled: boolean;
  onChoose: (action: PlanAction) => void;
}

/** A draft is there to be published; all else is in the menu. */
export function PlanButtons({ plan, disabled, onChoose }: Props) {
  return (
    <>
      {plan.draftVersion !== null && (
        <Button
          disabled={disabled}
          onClick={() => {
            onChoose("publish");
          }}
        >
          Publish
        </Button>
      )}
      <PlanMenu plan={plan} disabled={disabled} onChoose={onChoose} />
    </>
  );
}
