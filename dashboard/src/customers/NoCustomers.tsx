import { Button, Text } from "@mantine/core";
import { IconUsers, IconZoomExclamation } from "@tabler/icons-react";

import { EmptyState } from "../ui/EmptyState";
import type { ListFilter } from "./listFilter";

/** What stands in place of a list without customers, with the way on. */
export function NoCustomers({ filter, onCreate }: { filter: ListFilter; onCreate: () => void }) {
  if (filter.search) {
    return (
      <EmptyState icon={<IconZoomExclamation size={40} aria-hidden />} title="No customer was found">
        <Text size="sm" c="dimmed">
          A search finds the beginning of words of the name, the email and the identifier.
        </Text>
      </EmptyState>
    );
  }
  if (filter.status === "archived") {
    return <EmptyState icon={<IconUsers size={40} aria-hidden />} title="No customer is archived" />;
  }
  return (
    <EmptyState icon={<IconUsers size={40} aria-hidden />} title="There are no customers yet">
      <Button onClick={onCreate}>Create the first customer</Button>
    </EmptyState>
  );
}
