import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useState, type SubmitEvent } from "react";

import { ErrorNotice } from "../ui/ErrorNotice";
import { notifySuccess } from "../ui/notify";
import { useCreateSubscription } from "./mutations";
import { TermsInput, type Terms } from "./TermsInput";

interface Props {
  customerId: string;
  onClose: () => void;
}

export function CreateSubscriptionForm({ customerId, onClose }: Props) {
  const [terms, setTerms] = useState<Terms>({ plan: "", period: "" });
  const [startDate, setStartDate] = useState("");
  const create = useCreateSubscription();
  const { plan, period } = terms;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (period === "") return;
    create.mutate(
      { customerId, planIdentifier: plan, chargePeriod: period, startDate: startDate || null },
      {
        onSuccess: (subscription) => {
          notifySuccess(`${subscription.plan.name} was added.`);
          onClose();
        },
      },
    );
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TermsInput terms={terms} onChange={setTerms} />
        <TextInput
          type="date"
          label="Start"
          description="Left empty, it starts now."
          value={startDate}
          onChange={(event) => {
            setStartDate(event.currentTarget.value);
          }}
        />
        {create.isError && <ErrorNotice title="The subscription was not added" error={create.error} />}
        <Group justify="flex-end">
          <Button type="submit" disabled={period === ""} loading={create.isPending}>
            Add
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
