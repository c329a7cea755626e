import { Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { getRouteApi } from "@tanstack/react-router";

import { NewButton } from "../ui/NewButton";
import { PageTitle } from "../ui/PageTitle";
import { CreateEndpointModal } from "./CreateEndpointModal";
import { EndpointList } from "./EndpointList";
import { Log } from "./Log";
import type { LogFilter } from "./logFilter";

const route = getRouteApi("/webhooks");

/** Who is told of changes, and what was sent. */
export function WebhooksPage() {
  const [creating, modal] = useDisclosure(false);
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const show = (next: LogFilter) => void navigate({ search: next });
  return (
    <Stack gap="md">
      <PageTitle title="Webhooks">
        <NewButton onClick={modal.open}>New endpoint</NewButton>
      </PageTitle>
      <Text size="sm" c="dimmed">
        Your own servers are told of changes by signed requests.
      </Text>
      <EndpointList
        onCreate={modal.open}
        onShowLog={(endpoint) => {
          show({ endpoint });
        }}
      />
      <Title order={2} size="h4" mt="md">
        Log
      </Title>
      <Log filter={filter} onShow={show} />
      {creating && <CreateEndpointModal onClose={modal.close} />}
    </Stack>
  );
}
