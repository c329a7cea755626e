import { Button, Group, Radio, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";

import { Dialog } from "../ui/Dialog";
import { ErrorNotice } from "../ui/ErrorNotice";
import { notifySuccess } from "../ui/notify";
import { useRefusal } from "../ui/useRefusal";
import { useReportPayment } from "./mutations";
import { PaymentPurposeInput } from "./PaymentPurposeInput";
import { awaitsBoth, EMPTY_PAYMENT, readPayment, type PaymentValues } from "./paymentForm";
import type { Subscription } from "./subscription";

interface Props {
  subscription: Subscription;
  onClose: () => void;
}

/** Tells Parity how a payment went that another system took. */
export function ReportPaymentModal({ subscription, onClose }: Props) {
  const form = useForm<PaymentValues>({ initialValues: EMPTY_PAYMENT });
  const refusal = useRefusal(form);
  const report = useReportPayment(subscription);
  const submit = form.onSubmit((values) => {
    refusal.clear();
    report.mutate(readPayment(values, subscription), {
      onSuccess: () => {
        notifySuccess("The payment was reported.");
        onClose();
      },
      onError: refusal.show,
    });
  });
  return (
    <Dialog onClose={onClose} title={`Report a payment of ${subscription.plan.name}`}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <Radio.Group label="Outcome" {...form.getInputProps("outcome")}>
            <Group mt="xs">
              <Radio value="SUCCEEDED" label="It succeeded" data-autofocus />
              <Radio value="FAILED" label="It failed" />
            </Group>
          </Radio.Group>
          {awaitsBoth(subscription) && <PaymentPurposeInput {...form.getInputProps("paymentFor")} />}
          <TextInput
            type="datetime-local"
            label="When"
            description="Optional, in your time zone; left empty, it is now"
            {...form.getInputProps("occurredOn")}
          />
          <TextInput
            label="Payment ID"
            description="Optional. A report with the same ID counts once."
            maxLength={100}
            autoComplete="off"
            {...form.getInputProps("paymentId")}
          />
          {refusal.error && <ErrorNotice title="The payment was not reported" error={refusal.error} />}
          <Group justify="flex-end">
            <Button type="submit" loading={report.isPending}>
              Report
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
