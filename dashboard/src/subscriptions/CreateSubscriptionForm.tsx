import { Button, Group, Stack, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";

import { usePlanFeatures } from "../catalog/usePlanFeatures";
import { ErrorNotice } from "../ui/ErrorNotice";
import { notifySuccess } from "../ui/notify";
import { useRefusal } from "../ui/useRefusal";
import { useCreateSubscription } from "./mutations";
import { QuantitiesInput } from "./QuantitiesInput";
import { listQuantities, type Terms } from "./terms";
import { TermsInput } from "./TermsInput";

interface Values extends Terms {
  startDate: string;
  awaitsPayment: boolean;
}

const EMPTY: Values = {
  planIdentifier: "",
  chargePeriod: "",
  quantities: {},
  startDate: "",
  awaitsPayment: false,
};

interface Props {
  customerId: string;
  onClose: () => void;
}

export function CreateSubscriptionForm({ customerId, onClose }: Props) {
  const form = useForm<Values>({
    initialValues: EMPTY,
    onValuesChange: (values, previous) => {
      if (values.planIdentifier === previous.planIdentifier) return;
      form.setValues({ chargePeriod: "", quantities: {} });
    },
  });
  const refusal = useRefusal(form);
  const create = useCreateSubscription();
  const planFeatures = usePlanFeatures(form.values.planIdentifier);
  const submit = form.onSubmit(({ planIdentifier, chargePeriod, quantities, startDate, awaitsPayment }) => {
    refusal.clear();
    if (chargePeriod === "") return;
    const features = listQuantities(planFeatures, quantities);
    create.mutate(
      {
        customerId,
        planIdentifier,
        chargePeriod,
        startDate: startDate || null,
        ...(features.length > 0 && { features }),
        ...(awaitsPayment && { paymentBehavior: "activate_on_payment" }),
      },
      {
        onSuccess: (subscription) => {
          notifySuccess(`${subscription.plan.name} was added.`);
          onClose();
        },
        onError: refusal.show,
      },
    );
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TermsInput
          chosen={form.values.planIdentifier}
          plan={form.getInputProps("planIdentifier")}
          period={form.getInputProps("chargePeriod")}
        />
        <QuantitiesInput
          features={planFeatures}
          quantities={form.values.quantities}
          onChange={(quantities) => {
            form.setFieldValue("quantities", quantities);
          }}
        />
        <TextInput
          type="date"
          label="Start"
          description="Left empty, it starts now."
          {...form.getInputProps("startDate")}
        />
        <Switch
          label="Starts with its first payment"
          {...form.getInputProps("awaitsPayment", { type: "checkbox" })}
        />
        {refusal.error && <ErrorNotice title="The subscription was not added" error={refusal.error} />}
        <Group justify="flex-end">
          <Button type="submit" disabled={form.values.chargePeriod === ""} loading={create.isPending}>
            Add
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
