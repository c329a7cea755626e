import { Table, Text } from "@mantine/core";

import type { Price } from "../catalog/catalog";
import { CHARGE_PERIOD_NAMES, PRICE_TYPES } from "../catalog/labels";
import { formatCount, formatMoney } from "../ui/numbers";

export function PriceRow({ price }: { price: Price }) {
  const { chargePeriod, priceType, amount, currency, trialPeriod } = price;
  const trial = trialPeriod > 0 ? formatCount(trialPeriod, "day") : null;
  return (
    <Table.Tr>
      <Table.Td>{CHARGE_PERIOD_NAMES[chargePeriod]}</Table.Td>
      <Table.Td ta="right">
        {priceType === "PAID" ? formatMoney(amount, currency) : PRICE_TYPES[priceType]}
        {trial && (
          <Text size="xs" c="dimmed" hiddenFrom="sm">
            {trial} free
          </Text>
        )}
      </Table.Td>
      <Table.Td ta="right" visibleFrom="sm">
        {trial ?? "–"}
      </Table.Td>
    </Table.Tr>
  );
}
