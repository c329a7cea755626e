import { Dialog } from "../ui/Dialog";
import { notifySuccess } from "../ui/notify";
import { EndpointForm, toFields } from "./EndpointForm";
import { useUpdateEndpoint } from "./mutations";
import type { Endpoint } from "./webhook";

interface Props {
  endpoint: Endpoint;
  onClose: () => void;
}

export function EditEndpointModal({ endpoint, onClose }: Props) {
  const update = useUpdateEndpoint(endpoint.id);
  return (
    <Dialog onClose={onClose} title="Edit the endpoint">
      <EndpointForm
        initialValues={{
          url: endpoint.url,
          description: endpoint.description ?? "",
          isForAll: endpoint.eventTypes === null,
          eventTypes: endpoint.eventTypes ?? [],
          signature: endpoint.signature,
        }}
        submitLabel="Save"
        errorTitle="The endpoint was not changed"
        error={update.error}
        isPending={update.isPending}
        onSubmit={(values) => {
          update.mutate(toFields(values), {
            onSuccess: () => {
              notifySuccess(`${values.url} was changed.`);
              onClose();
            },
          });
        }}
      />
    </Dialog>
  );
}
