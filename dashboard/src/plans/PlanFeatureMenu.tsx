import { IconPencil, IconTrash } from "@tabler/icons-react";

import { ActionItem } from "../ui/ActionItem";
import { ActionsMenu } from "../ui/ActionsMenu";

interface Props {
  name: string;
  onChoose: (action: "edit" | "remove") => void;
}

/** The three dots: what can be done with a feature of the draft. */
export function PlanFeatureMenu({ name, onChoose }: Props) {
  return (
    <ActionsMenu name={name}>
      <ActionItem
        icon={IconPencil}
        onClick={() => {
          onChoose("edit");
        }}
      >
        Edit
      </ActionItem>
      <ActionItem
        icon={IconTrash}
        isDangerous
        onClick={() => {
          onChoose("remove");
        }}
      >
        Remove
      </ActionItem>
    </ActionsMenu>
  );
}
