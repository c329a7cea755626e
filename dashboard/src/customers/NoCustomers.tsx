import { IconUsers } from "@tabler/icons-react";

import { EmptyList } from "../ui/EmptyList";
import type { ListFilter } from "../ui/listFilter";

export function NoCustomers({ filter, onCreate }: { filter: ListFilter; onCreate: () => void }) {
  return (
    <EmptyList
      thing="customer"
      icon={<IconUsers size={40} aria-hidden />}
      filter={filter}
      searchHint="A search finds the beginning of words of the name, the email and the identifier."
      onCreate={onCreate}
    />
  );
}
