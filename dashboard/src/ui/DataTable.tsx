import { Table } from "@mantine/core";
import type { ReactNode } from "react";

import { ColumnTitle } from "./ColumnTitle";
import { SkeletonRows } from "./SkeletonRows";

export interface Column {
  title: string;
  /** In pixels; columns without one share what is left. */
  width?: number;
  /** Shown on wide screens only. */
  isWide?: boolean;
  align?: "right";
  /** The title is for screen readers: the cells speak for themselves. */
  isUntitled?: boolean;
  /** How the list is sorted by it; a click turns the order round. */
  sort?: { order: "ascending" | "descending"; onTurn: () => void };
}

interface Props {
  label: string;
  columns: readonly Column[];
  /** In pixels, while the rows are loading. */
  rowHeight: number;
  /** Whether a row reacts to the mouse, as it leads somewhere. */
  highlightOnHover?: boolean;
  /** The rows; none while they are loading. */
  children: ReactNode;
}

/** A table whose columns fit every screen: each is as wide on the pages that follow as on the first. */
export function DataTable({ label, columns, rowHeight, highlightOnHover = false, children }: Props) {
  return (
    <Table highlightOnHover={highlightOnHover} verticalSpacing="xs" layout="fixed" aria-label={label}>
      <Table.Thead>
        <Table.Tr>
          {columns.map((column) => (
            <Table.Th
              key={column.title}
              w={column.width}
              ta={column.align}
              aria-sort={column.sort?.order}
              {...(column.isWide && { visibleFrom: "sm" })}
            >
              <ColumnTitle {...column} />
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>{children ?? <SkeletonRows columns={columns} height={rowHeight} />}</Table.Tbody>
    </Table>
  );
}
