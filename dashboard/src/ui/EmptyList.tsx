import { Button, Text } from "@mantine/core";
import { IconZoomExclamation } from "@tabler/icons-react";
import type { ReactNode } from "react";

import { IfMayWrite } from "../access/IfMayWrite";
import { EmptyState } from "./EmptyState";
import type { ListFilter } from "./listFilter";

interface Props {
  /** What is listed, in a word: `plan`. */
  thing: string;
  icon: ReactNode;
  filter: ListFilter;
  /** Where a search looks, as a sentence. */
  searchHint: string;
  /** What the first one would be good for. */
  firstHint?: string;
  onCreate: () => void;
}

/** What stands in place of a list without rows, with the way on. */
export function EmptyList({ thing, icon, filter, searchHint, firstHint, onCreate }: Props) {
  if (filter.search) {
    return (
      <EmptyState icon={<IconZoomExclamation size={40} aria-hidden />} title={`No ${thing} was found`}>
        <Hint>{searchHint}</Hint>
      </EmptyState>
    );
  }
  if (filter.status === "archived") return <EmptyState icon={icon} title={`No ${thing} is archived`} />;
  return (
    <EmptyState icon={icon} title={`There are no ${thing}s yet`}>
      {firstHint && <Hint>{firstHint}</Hint>}
      <IfMayWrite>
        <Button mt="xs" onClick={onCreate}>
          Create the first {thing}
        </Button>
      </IfMayWrite>
    </EmptyState>
  );
}

function Hint({ children }: { children: string }) {
  return (
    <Text size="sm" c="dimmed">
      {children}
    </Text>
  );
}
