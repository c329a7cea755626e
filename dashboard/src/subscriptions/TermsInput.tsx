import { NativeSelect, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { useApi } from "../api/useApi";
import type { ChargePeriod } from "../catalog/catalog";
import { describePrice } from "../catalog/labels";
import { planPricesQuery, plansOnSaleQuery } from "../catalog/queries";
import { ErrorNotice } from "../ui/ErrorNotice";

export interface Terms {
  plan: string;
  period: ChargePeriod | "";
}

interface Props {
  terms: Terms;
  onChange: (terms: Terms) => void;
}

/** The plan, and the period that it is charged for, among those that it has a price for. */
export function TermsInput({ terms, onChange }: Props) {
  const api = useApi();
  const plans = useQuery(plansOnSaleQuery(api));
  const prices = useQuery(planPricesQuery(api, terms.plan));
  const error = plans.error ?? prices.error;
  return (
    <Stack gap="md">
      <NativeSelect
        label="Plan"
        required
        data-autofocus
        value={terms.plan}
        onChange={(event) => {
          onChange({ plan: event.currentTarget.value, period: "" });
        }}
        data={[
          { value: "", label: "Choose a plan", disabled: true },
          ...(plans.data ?? []).map(({ identifier, name }) => ({ value: identifier, label: name })),
        ]}
      />
      <NativeSelect
        label="Price"
        required
        disabled={terms.plan === ""}
        value={terms.period}
        onChange={(event) => {
          onChange({ ...terms, period: event.currentTarget.value as ChargePeriod });
        }}
        data={[
          { value: "", label: "Choose a price", disabled: true },
          ...(prices.data ?? []).map((price) => ({ value: price.chargePeriod, label: describePrice(price) })),
        ]}
      />
      {error && <ErrorNotice title="The plans cannot be shown" error={error} />}
    </Stack>
  );
}
