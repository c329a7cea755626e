import { Text } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";

import { EmptyState } from "../ui/EmptyState";
import { NoneOnPage } from "../ui/NoneOnPage";

interface Props {
  isFiltered: boolean;
  /** Whether the pages that follow may have some. */
  mayFollow: boolean;
}

/** Says why there is no change, and where there may be some. */
export function NoActivity({ isFiltered, mayFollow }: Props) {
  const icon = <IconHistory size={40} aria-hidden />;
  if (mayFollow) return <NoneOnPage icon={icon} title="No such change on this page" />;
  return (
    <EmptyState icon={icon} title={isFiltered ? "No such change" : "Nothing has happened yet"}>
      <Text size="sm" c="dimmed">
        A change is listed about a second after it is made, and kept for a time that the stack sets.
      </Text>
    </EmptyState>
  );
}
