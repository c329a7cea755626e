import { ArchiveModal } from "../ui/ArchiveModal";
import { useArchivePlan } from "./mutations";
import type { PlanVersion } from "./queries";
import { useSeenVersion } from "./useSeenVersion";

interface Props {
  newest: PlanVersion;
  onClose: () => void;
}

export function ArchivePlanModal({ newest, onClose }: Props) {
  const { seen, reload } = useSeenVersion(newest);
  return (
    <ArchiveModal
      thing="plan"
      name={seen.plan.name}
      question="Nobody can subscribe to this plan any more, and it can no longer be changed. Subscribers keep it. This cannot be undone."
      archive={useArchivePlan(seen)}
      onReload={reload}
      onClose={onClose}
    />
  );
}
