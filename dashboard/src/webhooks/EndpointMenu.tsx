import { IconList } from "@tabler/icons-react";
import { useState } from "react";

import { IfMayWrite } from "../access/IfMayWrite";
import { ActionItem } from "../ui/ActionItem";
import { ActionsMenu } from "../ui/ActionsMenu";
import { DeleteEndpointModal } from "./DeleteEndpointModal";
import { EditEndpointModal } from "./EditEndpointModal";
import { EndpointChanges } from "./EndpointChanges";
import { RotateSecretModal } from "./RotateSecretModal";
import type { Endpoint } from "./webhook";

const MODALS = { edit: EditEndpointModal, rotate: RotateSecretModal, delete: DeleteEndpointModal };
type ModalName = keyof typeof MODALS;

interface Props {
  endpoint: Endpoint;
  onShowLog: () => void;
}

/** The three dots: what can be done with an endpoint. */
export function EndpointMenu({ endpoint, onShowLog }: Props) {
  const [opened, setOpened] = useState<ModalName | null>(null);
  const OpenedModal = opened && MODALS[opened];
  return (
    <>
      <ActionsMenu name={endpoint.url}>
        <ActionItem icon={IconList} onClick={onShowLog}>
          Show its log
        </ActionItem>
        <IfMayWrite>
          <EndpointChanges endpoint={endpoint} onOpen={setOpened} />
        </IfMayWrite>
      </ActionsMenu>
      {OpenedModal && (
        <OpenedModal
          endpoint={endpoint}
          onClose={() => {
            setOpened(null);
          }}
        />
      )}
    </>
  );
}
