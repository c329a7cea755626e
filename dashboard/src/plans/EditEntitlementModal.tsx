import type { PlanFeature } from "../catalog/catalog";
import { useFeatures } from "../catalog/useFeatures";
import { Dialog } from "../ui/Dialog";
import { notifySuccess } from "../ui/notify";
import { readEntitlementValues } from "./entitlementForm";
import { EntitlementForm } from "./EntitlementForm";
import { useUpdatePlanFeature } from "./mutations";
import type { PlanVersion } from "./queries";
import { useSeenVersion } from "./useSeenVersion";

interface Props {
  version: PlanVersion;
  entitlement: PlanFeature;
  onClose: () => void;
}

/** Changes what the draft gives of a feature. */
export function EditEntitlementModal({ version, entitlement: { feature, details }, onClose }: Props) {
  const { seen, reload } = useSeenVersion(version);
  const update = useUpdatePlanFeature(seen);
  const name = useFeatures().get(feature)?.name ?? feature;
  return (
    <Dialog onClose={onClose} title={`Edit ${name}`} size="lg">
      <EntitlementForm
        initial={readEntitlementValues(feature, details)}
        action="Update"
        failure="The feature was not updated"
        isPending={update.isPending}
        onSend={async (draft) => {
          await update.mutateAsync(draft);
          notifySuccess(`${name} was updated in the draft.`);
          onClose();
        }}
        onReload={async () => {
          const present = (await reload()).features.find((each) => each.feature === feature);
          return present ? readEntitlementValues(feature, present.details) : null;
        }}
      />
    </Dialog>
  );
}
