import { Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { getRouteApi } from "@tanstack/react-router";

import type { ListFilter } from "../ui/listFilter";
import { ListToolbar } from "../ui/ListToolbar";
import { NewButton } from "../ui/NewButton";
import { PageTitle } from "../ui/PageTitle";
import { CreateFeatureModal } from "./CreateFeatureModal";
import { FeatureList } from "./FeatureList";

const route = getRouteApi("/features");

/** What plans can give to customers. */
export function FeaturesPage() {
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const [creating, modal] = useDisclosure(false);
  const show = (next: ListFilter, { replace = false } = {}) => void navigate({ search: next, replace });
  return (
    <Stack gap="md">
      <PageTitle title="Features">
        <NewButton onClick={modal.open}>New feature</NewButton>
      </PageTitle>
      <ListToolbar searchLabel="Search by name, identifier or description" filter={filter} onShow={show} />
      <FeatureList
        filter={filter}
        onTurn={(cursor) => {
          show({ ...filter, cursor });
        }}
        onCreate={modal.open}
      />
      {creating && <CreateFeatureModal onClose={modal.close} />}
    </Stack>
  );
}
