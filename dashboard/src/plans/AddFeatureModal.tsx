import { Dialog } from "../ui/Dialog";
import { notifySuccess } from "../ui/notify";
import { EMPTY_ENTITLEMENT } from "./entitlementForm";
import { EntitlementForm } from "./EntitlementForm";
import { useAddPlanFeature } from "./mutations";
import type { PlanVersion } from "./queries";
import { useSeenVersion } from "./useSeenVersion";

interface Props {
  version: PlanVersion;
  onClose: () => void;
}

/** Gives the draft one more feature. */
export function AddFeatureModal({ version, onClose }: Props) {
  const { seen, reload } = useSeenVersion(version);
  const add = useAddPlanFeature(seen);
  return (
    <Dialog onClose={onClose} title="Add feature" size="lg">
      <EntitlementForm
        initial={EMPTY_ENTITLEMENT}
        taken={seen.features.map(({ feature }) => feature)}
        action="Add"
        failure="The feature was not added"
        isPending={add.isPending}
        onSend={async (draft) => {
          await add.mutateAsync(draft);
          notifySuccess("The feature was added to the draft.");
          onClose();
        }}
        onReload={async () => {
          await reload();
          return null;
        }}
      />
    </Dialog>
  );
}
