import { Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconKey } from "@tabler/icons-react";

import { useMayWrite } from "../access/access";
import { EmptyState } from "../ui/EmptyState";
import { NewButton } from "../ui/NewButton";
import { PageTitle } from "../ui/PageTitle";
import { ApiKeyList } from "./ApiKeyList";
import { CreateApiKeyModal } from "./CreateApiKeyModal";

/** The keys that programs call Parity with. */
export function ApiKeysPage() {
  const [creating, modal] = useDisclosure(false);
  const mayWrite = useMayWrite();
  return (
    <Stack gap="md">
      <PageTitle title="API keys">
        <NewButton onClick={modal.open}>New key</NewButton>
      </PageTitle>
      <Text size="sm" c="dimmed">
        Programs call Parity with a key. A key is shown once, when it is created.
      </Text>
      {mayWrite ? (
        <ApiKeyList onCreate={modal.open} />
      ) : (
        <EmptyState icon={<IconKey size={40} aria-hidden />} title="Only admins see the keys" />
      )}
      {creating && <CreateApiKeyModal onClose={modal.close} />}
    </Stack>
  );
}
