import { Text } from "@mantine/core";

import { ChangeError } from "../ui/ChangeError";
import { ConfirmModal } from "../ui/ConfirmModal";
import { notifySuccess } from "../ui/notify";
import { useArchivePlan } from "./mutations";
import type { PlanVersion } from "./queries";
import { useSeenVersion } from "./useSeenVersion";

interface Props {
  newest: PlanVersion;
  onClose: () => void;
}

export function ArchivePlanModal({ newest, onClose }: Props) {
  const { seen, reload: readCurrent } = useSeenVersion(newest);
  const archive = useArchivePlan(seen);
  const { name } = seen.plan;
  const confirm = () => {
    archive.mutate(undefined, {
      onSuccess: () => {
        notifySuccess(`${name} was archived.`);
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
      title={`Archive ${name}`}
      action="Archive"
      isPending={archive.isPending}
      onConfirm={confirm}
      onClose={onClose}
    >
      <Text size="sm">
        Nobody can subscribe to this plan any more, and it can no longer be changed. Subscribers keep it. This
        cannot be undone.
      </Text>
      {archive.isError && (
        <ChangeError title="The plan was not archived" thing="plan" error={archive.error} onReload={reload} />
      )}
    </ConfirmModal>
  );
}
