import { Text } from "@mantine/core";
import type { UseMutationResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { ChangeError } from "./ChangeError";
import { ConfirmModal } from "./ConfirmModal";
import { notifySuccess } from "./notify";

interface Props {
  /** What is archived, in a word: `plan`. */
  thing: string;
  name: string;
  /** The word on the button that archives. */
  action?: string;
  /** What archiving does, as a question or a warning. */
  question: string;
  archive: Pick<UseMutationResult<unknown, Error, undefined>, "error" | "isPending" | "reset"> & {
    mutate: (_: undefined, options: { onSuccess: () => void }) => void;
  };
  /** Why it cannot be archived, in place of the question and the button. */
  refusal?: ReactNode;
  /** Reads what another person has changed meanwhile. */
  onReload: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks before something is archived, and says that it was, or why not. */
export function ArchiveModal(props: Props) {
  const { thing, name, action = "Archive", question, archive, refusal, onReload, onClose } = props;
  const confirm = () => {
    archive.mutate(undefined, {
      onSuccess: () => {
        notifySuccess(`${name} was archived.`);
        onClose();
      },
    });
  };
  const reload = async () => {
    await onReload();
    archive.reset();
  };
  return (
    <ConfirmModal
      title={`Archive ${name}`}
      action={action}
      isPending={archive.isPending}
      refusal={refusal}
      onConfirm={confirm}
      onClose={onClose}
    >
      <Text size="sm">{question}</Text>
      {archive.error && (
        <ChangeError
          title={`The ${thing} was not archived`}
          thing={thing}
          error={archive.error}
          onReload={reload}
        />
      )}
    </ConfirmModal>
  );
}
