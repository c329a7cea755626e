import { Button, Text } from "@mantine/core";

import { IfMayWrite } from "../access/IfMayWrite";
import { useSession } from "../session/session";
import { Time } from "../time/Time";
import { isSameKey, type ApiKey } from "./apiKey";

interface Props {
  apiKey: ApiKey;
  onRevoke: () => void;
}

/** When the key was revoked, or the button for it. Without its own key, the page could do nothing any more. */
export function ApiKeyEnd({ apiKey, onRevoke }: Props) {
  const { key } = useSession();
  if (apiKey.revokedOn !== null) {
    return (
      <Text size="xs" c="dimmed" component="div">
        Revoked <Time iso={apiKey.revokedOn} as="day" />
      </Text>
    );
  }
  if (isSameKey(apiKey, key)) {
    return (
      <Text size="xs" c="dimmed">
        Used by this page
      </Text>
    );
  }
  return (
    <IfMayWrite>
      <Button variant="default" size="xs" aria-label={`Revoke ${apiKey.name}`} onClick={onRevoke}>
        Revoke
      </Button>
    </IfMayWrite>
  );
}
