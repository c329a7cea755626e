import { Table } from "@mantine/core";

import type { Price } from "../catalog/catalog";
import { PriceRow } from "./PriceRow";

export function PriceTable({ prices }: { prices: Price[] }) {
  return (
    <Table layout="fixed" aria-label="Prices">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w="35%">Charged</Table.Th>
          <Table.Th ta="right">Amount</Table.Th>
          <Table.Th ta="right" visibleFrom="sm">
            Trial
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {prices.map((price) => (
          <PriceRow key={price.chargePeriod} price={price} />
        ))}
      </Table.Tbody>
    </Table>
  );
}
