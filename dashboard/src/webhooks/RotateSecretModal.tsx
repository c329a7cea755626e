import { Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";

import { Dialog } from "../ui/Dialog";
import { ErrorNotice } from "../ui/ErrorNotice";
import { NewSecret } from "../ui/NewSecret";
import { useRotateSecret } from "./mutations";
import type { Endpoint, EndpointWithSecret } from "./webhook";

interface Props {
  endpoint: Endpoint;
  onClose: () => void;
}

/** Asks first, then shows the new secret, once. */
export function RotateSecretModal({ endpoint, onClose }: Props) {
  const [rotated, setRotated] = useState<EndpointWithSecret | null>(null);
  const rotate = useRotateSecret(endpoint.id);
  return (
    <Dialog
      onClose={onClose}
      title={rotated ? "The secret was replaced" : "Replace the secret"}
      closeOnClickOutside={!rotated}
    >
      {rotated ? (
        <NewSecret
          thing="secret"
          label="Secret"
          value={rotated.secret}
          ifLost="Replace the secret to get another one."
          onClose={onClose}
        />
      ) : (
        <Stack gap="md">
          <Text size="sm">
            {endpoint.signature === "standard"
              ? "For 24 hours requests are signed with both secrets, so the receiver can change its own in that time."
              : "Requests are signed with the new secret at once. They fail until the receiver has it, and are then sent again."}
          </Text>
          {rotate.isError && <ErrorNotice title="The secret was not replaced" error={rotate.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose} data-autofocus>
              Keep it
            </Button>
            <Button
              loading={rotate.isPending}
              onClick={() => {
                rotate.mutate(undefined, { onSuccess: setRotated });
              }}
            >
              Replace
            </Button>
          </Group>
        </Stack>
      )}
    </Dialog>
  );
}
