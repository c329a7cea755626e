import { Button, Group, Stack } from "@mantine/core";
import { useDisclosure, useHotkeys } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";

import { PageTitle } from "../ui/PageTitle";
import { SearchInput } from "../ui/SearchInput";
import { CreateCustomerModal } from "./CreateCustomerModal";
import { CustomerList } from "./CustomerList";
import type { ListFilter } from "./listFilter";
import { StatusFilter } from "./StatusFilter";

const route = getRouteApi("/customers");

export function CustomersPage() {
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const [creating, modal] = useDisclosure(false);
  useHotkeys([["n", modal.open]]);
  const show = (next: ListFilter, { replace = false } = {}) => void navigate({ search: next, replace });
  // Another filter starts at its first page.
  const { search, status } = filter;
  return (
    <Stack gap="md">
      <PageTitle title="Customers">
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={modal.open}>
          New customer
        </Button>
      </PageTitle>
      <Group gap="sm" align="center">
        <SearchInput
          label="Search by name, email or identifier"
          value={search ?? ""}
          onSearch={(text) => {
            show({ ...(status && { status }), ...(text && { search: text }) }, { replace: true });
          }}
        />
        <StatusFilter
          value={status ?? "active"}
          onChange={(next) => {
            show({ ...(search && { search }), ...(next !== "active" && { status: next }) });
          }}
        />
      </Group>
      <CustomerList
        filter={filter}
        onTurn={(cursor) => {
          show({ ...filter, cursor });
        }}
        onCreate={modal.open}
      />
      <CreateCustomerModal opened={creating} onClose={modal.close} />
    </Stack>
  );
}
