import { Skeleton, Table } from "@mantine/core";

interface Props {
  rows: number;
  height: number;
  /** The columns from left to right: shown on every screen, or on wide ones only. */
  columns: readonly ("always" | "wide")[];
}

/** Rows of a table that is loading, as high as real ones so that nothing jumps. */
export function SkeletonRows({ rows, height, columns }: Props) {
  return Array.from({ length: rows }, (_, row) => (
    <Table.Tr key={row} aria-hidden>
      {columns.map((shown, column) => (
        <Table.Td key={column} h={height} {...(shown === "wide" && { visibleFrom: "sm" })}>
          <Skeleton height={12} width={column === 0 ? "70%" : "50%"} />
        </Table.Td>
      ))}
    </Table.Tr>
  ));
}
