import { Table } from "@mantine/core";
import { Fragment } from "react";

import type { ComparedGroup } from "./compare";
import { ComparisonRow } from "./ComparisonRow";

interface Props {
  groups: ComparedGroup[];
  /** Of the version before and the one after; a single one where there is nothing to compare with. */
  titles: [string] | [string, string];
}

/** Two versions side by side, with what differs marked by a word and a colour. */
export function ComparisonTable({ groups, titles }: Props) {
  return (
    <Table layout="fixed" verticalSpacing="xs" aria-label={titles.join(" and ")}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>What</Table.Th>
          {titles.map((title) => (
            <Table.Th key={title}>{title}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      {groups.map(({ title, rows }) => (
        <Fragment key={title}>
          <Table.Tbody>
            <Table.Tr>
              <Table.Th colSpan={titles.length + 1} scope="rowgroup" c="dimmed" fz="xs" pt="md">
                {title}
              </Table.Th>
            </Table.Tr>
            {rows.map((row) => (
              <ComparisonRow key={row.key} row={row} isAlone={titles.length === 1} />
            ))}
          </Table.Tbody>
        </Fragment>
      ))}
    </Table>
  );
}
