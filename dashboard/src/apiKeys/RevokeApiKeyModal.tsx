import { Text } from "@mantine/core";

import { ConfirmModal } from "../ui/ConfirmModal";
import { ErrorNotice } from "../ui/ErrorNotice";
import { notifySuccess } from "../ui/notify";
import { abbreviate, type ApiKey } from "./apiKey";
import { LastUsed } from "./LastUsed";
import { useRevokeApiKey } from "./mutations";

interface Props {
  apiKey: ApiKey;
  onClose: () => void;
}

export function RevokeApiKeyModal({ apiKey, onClose }: Props) {
  const revoke = useRevokeApiKey(apiKey.id);
  const confirm = () => {
    revoke.mutate(undefined, {
      onSuccess: () => {
        notifySuccess(`${apiKey.name} was revoked.`);
        onClose();
      },
    });
  };
  return (
    <ConfirmModal
      title={`Revoke ${apiKey.name}`}
      action="Revoke"
      isPending={revoke.isPending}
      onConfirm={confirm}
      onClose={onClose}
    >
      <Text size="sm">
        Every program that calls Parity with this key is refused, at the latest in a minute. A revoked key
        never works again.
      </Text>
      <Text size="sm" component="div">
        <Text span ff="monospace" size="sm">
          {abbreviate(apiKey)}
        </Text>
        , <LastUsed apiKey={apiKey} />
      </Text>
      {revoke.isError && <ErrorNotice title="The key was not revoked" error={revoke.error} />}
    </ConfirmModal>
  );
}
