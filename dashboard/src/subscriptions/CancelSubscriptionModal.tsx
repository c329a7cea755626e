import { Button, Group, NativeSelect, Stack, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";

import { ChangeError } from "../ui/ChangeError";
import { Dialog } from "../ui/Dialog";
import { notifySuccess } from "../ui/notify";
import { useRefusal } from "../ui/useRefusal";
import { CancellationTypeInput } from "./CancellationTypeInput";
import { EMPTY_CANCELLATION, readCancellation, type CancellationValues } from "./cancelForm";
import { FEEDBACK } from "./feedback";
import { useCancelSubscription } from "./mutations";
import type { Subscription } from "./subscription";
import { useReloadSubscription } from "./useReloadSubscription";

interface Props {
  subscription: Subscription;
  onClose: () => void;
}

export function CancelSubscriptionModal({ subscription, onClose }: Props) {
  const form = useForm<CancellationValues>({
    initialValues: EMPTY_CANCELLATION,
    validate: {
      cancellationDate: (date, { cancellationType }) =>
        cancellationType === "SPECIFIC_DATE" && !date ? "Choose a day." : null,
    },
  });
  const refusal = useRefusal(form);
  const cancel = useCancelSubscription(subscription);
  const reload = useReloadSubscription(subscription.id);
  const { cancellationType } = form.values;
  const submit = form.onSubmit((values) => {
    refusal.clear();
    cancel.mutate(readCancellation(values), {
      onSuccess: () => {
        const isNow = values.cancellationType === "IMMEDIATE";
        notifySuccess(isNow ? "The subscription was canceled." : "The cancellation is planned.");
        onClose();
      },
      onError: refusal.show,
    });
  });
  return (
    <Dialog onClose={onClose} title={`Cancel ${subscription.plan.name}`}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <CancellationTypeInput {...form.getInputProps("cancellationType")} />
          {cancellationType === "SPECIFIC_DATE" && (
            <TextInput
              type="date"
              label="Date"
              description="It ends at the beginning of that day, UTC."
              required
              {...form.getInputProps("cancellationDate")}
            />
          )}
          <NativeSelect
            label="Reason"
            description="Optional"
            data={FEEDBACK}
            {...form.getInputProps("cancellationFeedback")}
          />
          <Textarea
            label="Comment"
            description="Optional"
            autosize
            maxRows={6}
            maxLength={2000}
            {...form.getInputProps("cancellationComment")}
          />
          {refusal.error && (
            <ChangeError
              title="The subscription was not canceled"
              thing="subscription"
              error={refusal.error}
              onReload={async () => {
                await reload();
                refusal.clear();
              }}
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Keep it
            </Button>
            <Button type="submit" color="red" loading={cancel.isPending}>
              Cancel subscription
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
