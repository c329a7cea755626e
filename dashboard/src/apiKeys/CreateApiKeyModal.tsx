import { useState } from "react";

import { Dialog } from "../ui/Dialog";
import { NewSecret } from "../ui/NewSecret";
import type { ApiKeyCreated } from "./apiKey";
import { CreateApiKeyForm } from "./CreateApiKeyForm";

/** Asks for the new key's name and kind, then shows the key, once. */
export function CreateApiKeyModal({ onClose }: { onClose: () => void }) {
  const [created, setCreated] = useState<ApiKeyCreated | null>(null);
  return (
    <Dialog
      onClose={onClose}
      title={created ? `${created.name} was created` : "Create API key"}
      // A click beside it would lose the key.
      closeOnClickOutside={!created}
    >
      {created ? (
        <NewSecret
          thing="key"
          label="API key"
          value={created.key}
          ifLost="Revoke it and create another one."
          onClose={onClose}
        />
      ) : (
        <CreateApiKeyForm onCreated={setCreated} />
      )}
    </Dialog>
  );
}
