import { Table, Text } from "@mantine/core";

import { ChangeBadge } from "./ChangeBadge";
import type { ComparedRow } from "./compare";
import classes from "./Comparison.module.css";
import { DescriptionText } from "./DescriptionText";

interface Props {
  row: ComparedRow;
  /** Whether there is one version only. */
  isAlone: boolean;
}

export function ComparisonRow({ row: { name, from, to, change }, isAlone }: Props) {
  return (
    <Table.Tr style={{ verticalAlign: "top" }}>
      <Table.Th scope="row" fw={400}>
        <Text size="sm" fw={change ? 600 : 400} style={{ overflowWrap: "anywhere" }}>
          <bdi>{name}</bdi>
        </Text>
        {change && <ChangeBadge change={change} />}
      </Table.Th>
      {!isAlone && <Table.Td>{from ? <DescriptionText description={from} /> : "–"}</Table.Td>}
      <Table.Td {...(change && { className: classes.differs })}>
        {to ? <DescriptionText description={to} /> : "–"}
      </Table.Td>
    </Table.Tr>
  );
}
