import { Text } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";

import { EmptyState } from "../ui/EmptyState";

/** What stands in place of the list while the search has only one letter. */
export function SearchTooShort() {
  return (
    <EmptyState icon={<IconSearch size={40} aria-hidden />} title="Type at least two characters">
      <Text size="sm" c="dimmed">
        A search finds the beginning of words of the name, the email and the identifier.
      </Text>
    </EmptyState>
  );
}
