import { Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";

import { ChangeError } from "../ui/ChangeError";
import { ConfirmModal } from "../ui/ConfirmModal";
import { notifySuccess } from "../ui/notify";
import { useDiscardDraft } from "./mutations";
import type { PlanVersion } from "./queries";
import { useSeenVersion } from "./useSeenVersion";

interface Props {
  newest: PlanVersion;
  onClose: () => void;
}

/** Removes the draft. A plan that was never published is nothing else, and goes with it. */
export function DiscardDraftModal({ newest, onClose }: Props) {
  const { seen, reload: readCurrent } = useSeenVersion(newest);
  const navigate = useNavigate();
  const { name, version, publishedVersion } = seen.plan;
  const discard = useDiscardDraft(seen, async () => {
    notifySuccess(publishedVersion === null ? `${name} was discarded.` : "The draft was discarded.");
    if (publishedVersion === null) await navigate({ to: "/plans" });
    onClose();
  });
  const reload = async () => {
    await readCurrent();
    discard.reset();
  };
  return (
    <ConfirmModal
      title={`Discard the draft of ${name}`}
      action="Discard"
      isPending={discard.isPending}
      onConfirm={() => {
        discard.mutate();
      }}
      onClose={onClose}
    >
      <Text size="sm">
        {publishedVersion === null
          ? "The plan was never published, so it is removed with its draft."
          : `The draft, version ${version}, is removed. Version ${publishedVersion} is sold on as it is.`}{" "}
        This cannot be undone.
      </Text>
      {discard.isError && (
        <ChangeError
          title="The draft was not discarded"
          thing="plan"
          error={discard.error}
          onReload={reload}
        />
      )}
    </ConfirmModal>
  );
}
