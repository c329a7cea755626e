import { Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { IfMayWrite } from "../access/IfMayWrite";
import { useApi } from "../api/useApi";
import type { Plan } from "../catalog/catalog";
import { StatusBadge } from "../ui/StatusBadge";
import { ArchivePlanModal } from "./ArchivePlanModal";
import { DiscardDraftModal } from "./DiscardDraftModal";
import { EditPlanModal } from "./EditPlanModal";
import { PlanButtons, type PlanAction } from "./PlanButtons";
import type { PlanView } from "./planView";
import { PublishModal } from "./PublishModal";
import { planVersionQuery } from "./queries";
import { newestVersion } from "./versions";

interface Props {
  plan: Plan;
  onShow: (view: PlanView) => void;
}

/** What can be done with the plan, once its newest version is known, which all of it is about. */
export function PlanActions({ plan, onShow }: Props) {
  const { data: newest } = useQuery(planVersionQuery(useApi(), plan.identifier, newestVersion(plan)));
  const [action, setAction] = useState<PlanAction | null>(null);
  const close = () => {
    setAction(null);
  };
  return (
    <Group gap="sm" wrap="nowrap">
      {plan.isArchived ? (
        <StatusBadge status="archived" />
      ) : (
        <IfMayWrite>
          <PlanButtons plan={plan} disabled={!newest} onChoose={setAction} />
        </IfMayWrite>
      )}
      {newest && action === "edit" && <EditPlanModal newest={newest} onClose={close} />}
      {newest && action === "publish" && <PublishModal newest={newest} onClose={close} onShow={onShow} />}
      {newest && action === "discard" && <DiscardDraftModal newest={newest} onClose={close} />}
      {newest && action === "archive" && <ArchivePlanModal newest={newest} onClose={close} />}
    </Group>
  );
}
