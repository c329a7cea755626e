import { Text } from "@mantine/core";

import { ConfirmModal } from "../ui/ConfirmModal";
import { ErrorNotice } from "../ui/ErrorNotice";
import { notifySuccess } from "../ui/notify";
import { useDeleteEndpoint } from "./mutations";
import type { Endpoint } from "./webhook";

interface Props {
  endpoint: Endpoint;
  onClose: () => void;
}

export function DeleteEndpointModal({ endpoint, onClose }: Props) {
  const remove = useDeleteEndpoint(endpoint.id);
  const confirm = () => {
    remove.mutate(undefined, {
      onSuccess: () => {
        notifySuccess(`${endpoint.url} was deleted.`);
        onClose();
      },
    });
  };
  return (
    <ConfirmModal
      title="Delete the endpoint"
      action="Delete"
      isPending={remove.isPending}
      onConfirm={confirm}
      onClose={onClose}
    >
      <Text size="sm">
        Nothing more is sent to{" "}
        <Text span size="sm" fw={600} style={{ wordBreak: "break-all" }}>
          {endpoint.url}
        </Text>
        , also not what waits to be sent again. Its secret is gone.
      </Text>
      {remove.isError && <ErrorNotice title="The endpoint was not deleted" error={remove.error} />}
    </ConfirmModal>
  );
}
