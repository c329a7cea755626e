import { IconArchive, IconEraser, IconPencil } from "@tabler/icons-react";

import type { Plan } from "../catalog/catalog";
import { ActionItem } from "../ui/ActionItem";
import { ActionsMenu } from "../ui/ActionsMenu";
import type { PlanAction } from "./PlanButtons";

interface Props {
  plan: Plan;
  disabled: boolean;
  onChoose: (action: PlanAction) => void;
}

/** The three dots: what else can be done with a plan. */
export function PlanMenu({ plan, disabled, onChoose }: Props) {
  return (
    <ActionsMenu name={plan.name} disabled={disabled}>
      <ActionItem
        icon={IconPencil}
        onClick={() => {
          onChoose("edit");
        }}
      >
        Edit
      </ActionItem>
      {plan.draftVersion !== null && (
        <ActionItem
          icon={IconEraser}
          isDangerous
          onClick={() => {
            onChoose("discard");
          }}
        >
          Discard draft
        </ActionItem>
      )}
      <ActionItem
        icon={IconArchive}
        isDangerous
        onClick={() => {
          onChoose("archive");
        }}
      >
        Archive
      </ActionItem>
    </ActionsMenu>
  );
}
