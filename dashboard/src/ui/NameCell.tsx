import { Table, Text } from "@mantine/core";
import type { ReactNode } from "react";

import { StatusBadge } from "./StatusBadge";

interface Props {
  identifier: string;
  isArchived: boolean;
  /** The name, as a link to the details. */
  children: ReactNode;
}

/** The first cell of a row. Where the identifier has no column of its own, it is here. */
export function NameCell({ identifier, isArchived, children }: Props) {
  return (
    <Table.Td>
      {children}
      <Text size="xs" c="dimmed" ff="monospace" truncate hiddenFrom="sm">
        {identifier}
      </Text>
      {isArchived && <StatusBadge status="archived" />}
    </Table.Td>
  );
}
