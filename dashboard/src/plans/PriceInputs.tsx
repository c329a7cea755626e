import { Button, Fieldset, Group, NativeSelect, NumberInput, SimpleGrid, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconTrash } from "@tabler/icons-react";

import { CHARGE_PERIOD_NAMES, PRICE_TYPES } from "../catalog/labels";
import { CurrencySelect } from "./CurrencySelect";
import type { PricesValues } from "./pricesForm";

const PERIODS = Object.entries(CHARGE_PERIOD_NAMES).map(([value, label]) => ({ value, label }));
const TYPES = Object.entries(PRICE_TYPES).map(([value, label]) => ({ value, label }));
const MAX_TRIAL_DAYS = 730;

interface Props {
  form: UseFormReturnType<PricesValues>;
  index: number;
}

/** The price for one period. */
export function PriceInputs({ form, index }: Props) {
  const price = form.values.prices[index];
  if (!price) return null;
  const name = `Price ${index + 1}`;
  return (
    <Fieldset legend={name}>
      <SimpleGrid cols={{ base: 1, xs: 2, sm: 3 }} spacing="md" verticalSpacing="sm">
        <NativeSelect
          label="Charged"
          data={PERIODS}
          {...form.getInputProps(`prices.${index}.chargePeriod`)}
        />
        <NativeSelect label="Type" data={TYPES} {...form.getInputProps(`prices.${index}.priceType`)} />
        {price.priceType !== "FREE" && (
          <TextInput
            label="Amount"
            required={price.priceType === "PAID"}
            inputMode="decimal"
            autoComplete="off"
            maxLength={20}
            {...form.getInputProps(`prices.${index}.amount`)}
          />
        )}
        <CurrencySelect {...form.getInputProps(`prices.${index}.currency`)} />
        {price.chargePeriod !== "ONE_TIME" && (
          <NumberInput
            label="Trial in days"
            placeholder="No trial"
            min={0}
            max={MAX_TRIAL_DAYS}
            allowDecimal={false}
            allowNegative={false}
            {...form.getInputProps(`prices.${index}.trialPeriod`)}
          />
        )}
        <Group justify="flex-end" align="flex-end" mih={36}>
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            leftSection={<IconTrash size={14} aria-hidden />}
            aria-label={`Remove ${name.toLowerCase()}`}
            onClick={() => {
              form.removeListItem("prices", index);
            }}
          >
            Remove
          </Button>
        </Group>
      </SimpleGrid>
    </Fieldset>
  );
}
