import { Text } from "@mantine/core";

import type { PlanFeature } from "../catalog/catalog";
import { useFeatures } from "../catalog/useFeatures";
import { ChangeError } from "../ui/ChangeError";
import { ConfirmModal } from "../ui/ConfirmModal";
import { notifySuccess } from "../ui/notify";
import { useRemovePlanFeature } from "./mutations";
import type { PlanVersion } from "./queries";
import { useSeenVersion } from "./useSeenVersion";

interface Props {
  version: PlanVersion;
  entitlement: PlanFeature;
  onClose: () => void;
}

export function RemoveFeatureModal({ version, entitlement, onClose }: Props) {
  const { seen, reload: readCurrent } = useSeenVersion(version);
  const remove = useRemovePlanFeature(seen);
  const name = useFeatures().get(entitlement.feature)?.name ?? entitlement.feature;
  const confirm = () => {
    remove.mutate(entitlement.feature, {
      onSuccess: () => {
        notifySuccess(`${name} was removed from the draft.`);
        onClose();
      },
    });
  };
  const reload = async () => {
    await readCurrent();
    remove.reset();
  };
  return (
    <ConfirmModal
      title={`Remove ${name}`}
      action="Remove"
      isPending={remove.isPending}
      onConfirm={confirm}
      onClose={onClose}
    >
      <Text size="sm">
        The draft gives this feature no more. Customers notice nothing until the draft is published.
      </Text>
      {remove.isError && (
        <ChangeError
          title="The feature was not removed"
          thing="plan"
          error={remove.error}
          onReload={reload}
        />
      )}
    </ConfirmModal>
  );
}
