import { ActionIcon, Badge, Group, Text, Tooltip } from "@mantine/core";
import { IconLogout } from "@tabler/icons-react";

import { useSession } from "./session";

/** Who is signed in, and whether nothing can be changed; nothing with a key that may do everything. */
export function SignedInAs() {
  const { name, mayWrite, signOut } = useSession();
  if (!name && mayWrite) return null;
  return (
    <Group justify="space-between" wrap="nowrap" gap="xs" mb="xs">
      <div style={{ minWidth: 0 }}>
        {name && (
          <Text size="sm" truncate title={`Signed in as ${name}`}>
            {name}
          </Text>
        )}
        {!mayWrite && (
          <Tooltip label="You see everything and can change nothing.">
            <Badge variant="light" color="gray" tabIndex={0}>
              Read only
            </Badge>
          </Tooltip>
        )}
      </div>
      {signOut && (
        <Tooltip label="Sign out">
          <ActionIcon variant="subtle" color="gray" aria-label="Sign out" onClick={() => void signOut()}>
            <IconLogout size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
    </Group>
  );
}
