import { Skeleton, Table } from "@mantine/core";

/** Rows of a table that is loading, as high as real ones so that nothing jumps. */
export function SkeletonRows({ rows, columns, height }: { rows: number; columns: number; height: number }) {
  return Array.from({ length: rows }, (_, row) => (
    <Table.Tr key={row} aria-hidden>
      {Array.from({ length: columns }, (_, column) => (
        <Table.Td key={column} h={height}>
          <Skeleton height={12} width={column === 0 ? "70%" : "50%"} />
        </Table.Td>
      ))}
    </Table.Tr>
  ));
}
