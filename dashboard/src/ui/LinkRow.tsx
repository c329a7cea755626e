import { Table } from "@mantine/core";
import type { MouseEvent, ReactNode } from "react";

interface Props {
  onOpen: () => void;
  children: ReactNode;
}

/** A row that leads to its details wherever it is clicked; it has a link for the keyboard beside. */
export function LinkRow({ onOpen, children }: Props) {
  return (
    <Table.Tr
      data-row-link
      onClick={(event) => {
        if (isMeant(event)) onOpen();
      }}
    >
      {children}
    </Table.Tr>
  );
}

/**
 * Whether a click was meant for the row: not for a link, a button or a menu in it, nor for a modal that one of these
 * has opened, whose clicks React hands on to the row as well.
 */
function isMeant({ target, currentTarget }: MouseEvent<HTMLElement>): boolean {
  return (
    target instanceof Element &&
    currentTarget.contains(target) &&
    target.closest("a, button, [role=menu]") === null
  );
}
