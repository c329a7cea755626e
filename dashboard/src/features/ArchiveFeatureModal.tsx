import { Text } from "@mantine/core";

import { isProblem } from "../api/problem";
import type { Feature } from "../catalog/catalog";
import { ChangeError } from "../ui/ChangeError";
import { ConfirmModal } from "../ui/ConfirmModal";
import { notifySuccess } from "../ui/notify";
import { FeatureInUse } from "./FeatureInUse";
import { useArchiveFeature } from "./mutations";
import { useSeenFeature } from "./useSeenFeature";

interface Props {
  feature: Feature;
  onClose: () => void;
}

export function ArchiveFeatureModal({ feature, onClose }: Props) {
  const { seen, reload: readCurrent } = useSeenFeature(feature);
  const archive = useArchiveFeature(seen);
  const refusal = isProblem(archive.error, "feature_in_use") ? archive.error : null;
  const confirm = () => {
    archive.mutate(undefined, {
      onSuccess: () => {
        notifySuccess(`${seen.name} was archived.`);
        onClose();
      },
    });
  };
  const reload = async () => {
    await readCurrent();
    archive.reset();
  };
  return (
    <ConfirmModal
      title={`Archive ${seen.name}`}
      action="Archive"
      isPending={archive.isPending}
      refusal={refusal && <FeatureInUse problem={refusal} onFollow={onClose} />}
      onConfirm={confirm}
      onClose={onClose}
    >
      <Text size="sm">
        No plan can get this feature any more. Customers who have it keep it. This cannot be undone.
      </Text>
      {archive.isError && (
        <ChangeError
          title="The feature was not archived"
          thing="feature"
          error={archive.error}
          onReload={reload}
        />
      )}
    </ConfirmModal>
  );
}
