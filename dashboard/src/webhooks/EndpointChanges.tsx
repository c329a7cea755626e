import {
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconSend,
  IconTrash,
} from "@tabler/icons-react";

import { ActionItem } from "../ui/ActionItem";
import { notifyError, notifySuccess } from "../ui/notify";
import { useTestEndpoint, useUpdateEndpoint } from "./mutations";
import type { Endpoint } from "./webhook";

interface Props {
  endpoint: Endpoint;
  onOpen: (modal: "edit" | "rotate" | "delete") => void;
}

/** What somebody who may write can do with an endpoint: items of its menu. */
export function EndpointChanges({ endpoint, onOpen }: Props) {
  const test = useTestEndpoint(endpoint.id);
  const update = useUpdateEndpoint(endpoint.id);
  const sendTest = () => {
    test.mutate(undefined, {
      onSuccess: () => {
        notifySuccess("A test event is on its way. The log shows the answer.");
      },
      onError: (error) => {
        notifyError("The test event was not sent", error);
      },
    });
  };
  const enable = (enabled: boolean) => {
    update.mutate(
      { enabled },
      {
        onSuccess: () => {
          notifySuccess(`${endpoint.url} is ${enabled ? "enabled" : "disabled"}.`);
        },
        onError: (error) => {
          notifyError("The endpoint was not changed", error);
        },
      },
    );
  };
  return (
    <>
      <ActionItem icon={IconSend} onClick={sendTest}>
        Send a test event
      </ActionItem>
      <ActionItem
        icon={IconPencil}
        onClick={() => {
          onOpen("edit");
        }}
      >
        Edit
      </ActionItem>
      <ActionItem
        icon={IconRefresh}
        onClick={() => {
          onOpen("rotate");
        }}
      >
        Replace the secret
      </ActionItem>
      <ActionItem
        icon={endpoint.enabled ? IconPlayerPause : IconPlayerPlay}
        onClick={() => {
          enable(!endpoint.enabled);
        }}
      >
        {endpoint.enabled ? "Disable" : "Enable"}
      </ActionItem>
      <ActionItem
        icon={IconTrash}
        isDangerous
        onClick={() => {
          onOpen("delete");
        }}
      >
        Delete
      </ActionItem>
    </>
  );
}
