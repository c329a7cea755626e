import { Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { getRouteApi } from "@tanstack/react-router";

import type { ListFilter } from "../ui/listFilter";
import { ListToolbar } from "../ui/ListToolbar";
import { NewButton } from "../ui/NewButton";
import { PageTitle } from "../ui/PageTitle";
import { CreatePlanModal } from "./CreatePlanModal";
import { PlanList } from "./PlanList";

const route = getRouteApi("/plans");

/** What customers can subscribe to. */
export function PlansPage() {
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const [creating, modal] = useDisclosure(false);
  const show = (next: ListFilter, { replace = false } = {}) => void navigate({ search: next, replace });
  return (
    <Stack gap="md">
      <PageTitle title="Plans">
        <NewButton onClick={modal.open}>New plan</NewButton>
      </PageTitle>
      <ListToolbar searchLabel="Search by name, identifier or description" filter={filter} onShow={show} />
      <PlanList
        filter={filter}
        onTurn={(cursor) => {
          show({ ...filter, cursor });
        }}
        onCreate={modal.open}
      />
      {creating && <CreatePlanModal onClose={modal.close} />}
    </Stack>
  );
}
