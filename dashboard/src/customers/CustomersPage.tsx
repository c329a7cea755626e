import { Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { getRouteApi } from "@tanstack/react-router";

import { IfMayWrite } from "../access/IfMayWrite";
import { ListToolbar } from "../ui/ListToolbar";
import { NewButton } from "../ui/NewButton";
import { PageTitle } from "../ui/PageTitle";
import { parseCustomerFilter, type CustomerFilter } from "./customerFilter";
import { CustomerList } from "./CustomerList";
import { ImportLink } from "./ImportLink";
import { CreateCustomerModal } from "./modals";

const route = getRouteApi("/customers");

export function CustomersPage() {
  // The router also keeps what `validateSearch` left out.
  const filter = parseCustomerFilter({ ...route.useSearch() });
  const { sort, status } = filter;
  const navigate = route.useNavigate();
  const [creating, modal] = useDisclosure(false);
  const show = (next: CustomerFilter, { replace = false } = {}) => void navigate({ search: next, replace });
  return (
    <Stack gap="md">
      <PageTitle title="Customers">
        <NewButton onClick={modal.open}>New customer</NewButton>
      </PageTitle>
      <ListToolbar
        searchLabel="Search by name, email or identifier"
        filter={filter}
        onShow={(next, options) => {
          show({ ...next, ...(sort && !next.search && { sort }) }, options);
        }}
      >
        <IfMayWrite>
          <ImportLink />
        </IfMayWrite>
      </ListToolbar>
      <CustomerList
        filter={filter}
        onSort={() => {
          show({ ...(status && { status }), ...(!sort && { sort: "createdOn" }) });
        }}
        onTurn={(cursor) => {
          show({ ...filter, cursor });
        }}
        onCreate={modal.open}
      />
      {creating && <CreateCustomerModal onClose={modal.close} />}
    </Stack>
  );
}
