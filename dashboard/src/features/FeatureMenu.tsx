import { IconArchive, IconPencil } from "@tabler/icons-react";

import { IfMayWrite } from "../access/IfMayWrite";
import type { Feature } from "../catalog/catalog";
import { ActionItem } from "../ui/ActionItem";
import { ActionsMenu } from "../ui/ActionsMenu";

interface Props {
  feature: Feature;
  onEdit: () => void;
  onArchive: () => void;
}

/** The three dots: what can be done with a feature. */
export function FeatureMenu({ feature, onEdit, onArchive }: Props) {
  return (
    <IfMayWrite>
      <ActionsMenu name={feature.name}>
        <ActionItem icon={IconPencil} onClick={onEdit}>
          Edit
        </ActionItem>
        <ActionItem icon={IconArchive} isDangerous onClick={onArchive}>
          Archive
        </ActionItem>
      </ActionsMenu>
    </IfMayWrite>
  );
}
