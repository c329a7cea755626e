import { useState } from "react";

import { Dialog } from "../ui/Dialog";
import { NewSecret } from "../ui/NewSecret";
import { EndpointForm, toFields, type EndpointValues } from "./EndpointForm";
import { useCreateEndpoint } from "./mutations";
import type { EndpointWithSecret } from "./webhook";

const INITIAL_VALUES: EndpointValues = {
  url: "",
  description: "",
  isForAll: true,
  eventTypes: [],
  signature: "standard",
};

/** Asks for the new endpoint's fields, then shows its secret, once. */
export function CreateEndpointModal({ onClose }: { onClose: () => void }) {
  const [created, setCreated] = useState<EndpointWithSecret | null>(null);
  const create = useCreateEndpoint();
  return (
    <Dialog
      onClose={onClose}
      title={created ? "The endpoint was created" : "Create an endpoint"}
      // A click beside it would lose the secret.
      closeOnClickOutside={!created}
    >
      {created ? (
        <NewSecret
          thing="secret"
          label="Secret"
          value={created.secret}
          ifLost="Replace the secret to get another one."
          onClose={onClose}
        />
      ) : (
        <EndpointForm
          initialValues={INITIAL_VALUES}
          submitLabel="Create"
          errorTitle="The endpoint was not created"
          error={create.error}
          isPending={create.isPending}
          onSubmit={(values) => {
            create.mutate({ ...toFields(values), enabled: true }, { onSuccess: setCreated });
          }}
        />
      )}
    </Dialog>
  );
}
