import { Stack, Text } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";

import { PageTitle } from "../ui/PageTitle";
import { parseAlertFilter } from "./alertFilter";
import { AlertList } from "./AlertList";
import { AlertToolbar } from "./AlertToolbar";

const route = getRouteApi("/alerts");

/** Which customers reached a threshold of a limit. */
export function AlertsPage() {
  // The router also keeps what `validateSearch` left out.
  const filter = parseAlertFilter({ ...route.useSearch() });
  const navigate = route.useNavigate();
  return (
    <Stack gap="md">
      <PageTitle title="Alerts" />
      <Text size="sm" c="dimmed">
        Usage that reached a threshold of its limit.
      </Text>
      <AlertToolbar filter={filter} onShow={(search, options) => void navigate({ search, ...options })} />
      <AlertList
        filter={filter}
        onTurn={(cursor) => void navigate({ search: { ...filter, cursor } })}
        onShowAll={() => void navigate({ search: {} })}
      />
    </Stack>
  );
}
