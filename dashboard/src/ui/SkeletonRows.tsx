import { Skeleton, Table } from "@mantine/core";

import type { Column } from "./DataTable";

const ROWS = 8;

interface Props {
  columns: readonly Column[];
  height: number;
}

/** Rows of a table that is loading, as high as real ones so that nothing jumps. */
export function SkeletonRows({ columns, height }: Props) {
  return Array.from({ length: ROWS }, (_, row) => (
    <Table.Tr key={row} aria-hidden>
      {columns.map(({ title, isWide }, column) => (
        <Table.Td key={title} h={height} {...(isWide && { visibleFrom: "sm" })}>
          <Skeleton height={12} width={column === 0 ? "70%" : "50%"} />
        </Table.Td>
      ))}
    </Table.Tr>
  ));
}
