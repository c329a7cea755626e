import { NativeSelect, Stack, type NativeSelectProps } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { useApi } from "../api/useApi";
import { describePrice } from "../catalog/labels";
import { planPricesQuery, plansOnSaleQuery } from "../catalog/queries";
import { ErrorNotice } from "../ui/ErrorNotice";

interface Props {
  /** The identifier of the plan that is chosen; empty at first. */
  chosen: string;
  plan: NativeSelectProps;
  period: NativeSelectProps;
}

/** The plan, and the period that it is charged for, among those that it has a price for. */
export function TermsInput({ chosen, plan, period }: Props) {
  const api = useApi();
  const plans = useQuery(plansOnSaleQuery(api));
  const prices = useQuery(planPricesQuery(api, chosen));
  const error = plans.error ?? prices.error;
  return (
    <Stack gap="md">
      <NativeSelect
        label="Plan"
        required
        data-autofocus
        {...plan}
        data={[
          { value: "", label: "Choose a plan", disabled: true },
          ...(plans.data ?? []).map(({ identifier, name }) => ({ value: identifier, label: name })),
        ]}
      />
      <NativeSelect
        label="Price"
        required
        disabled={chosen === ""}
        {...period}
        data={[
          { value: "", label: "Choose a price", disabled: true },
          ...(prices.data ?? []).map((price) => ({ value: price.chargePeriod, label: describePrice(price) })),
        ]}
      />
      {error && <ErrorNotice title="The plans cannot be shown" error={error} />}
    </Stack>
  );
}
