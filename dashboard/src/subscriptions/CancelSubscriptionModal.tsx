import { Button, Group, Modal, NativeSelect, Radio, Stack, TextInput } from "@mantine/core";
import { useState } from "react";

import { ErrorNotice } from "../ui/ErrorNotice";
import { notifySuccess } from "../ui/notify";
import { FEEDBACK, type Feedback } from "./feedback";
import { useCancelSubscription } from "./mutations";
import type { CancellationType, Subscription } from "./subscription";

interface Props {
  subscription: Subscription;
  onClose: () => void;
}

export function CancelSubscriptionModal({ subscription, onClose }: Props) {
  const [when, setWhen] = useState<CancellationType>("CURRENT_PERIOD_ENDS");
  const [date, setDate] = useState("");
  const [feedback, setFeedback] = useState<Feedback | "">("");
  const cancel = useCancelSubscription(subscription);
  const submit = () => {
    cancel.mutate(
      {
        cancellationType: when,
        ...(when === "SPECIFIC_DATE" && { cancellationDate: date }),
        ...(feedback !== "" && { cancellationFeedback: feedback }),
      },
      {
        onSuccess: () => {
          notifySuccess(
            when === "IMMEDIATE" ? "The subscription was canceled." : "The cancellation is planned.",
          );
          onClose();
        },
      },
    );
  };
  return (
    <Modal opened onClose={onClose} title={`Cancel ${subscription.plan.name}`}>
      <Stack gap="md">
        <Radio.Group
          label="When"
          value={when}
          onChange={(value) => {
            setWhen(value);
          }}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="CURRENT_PERIOD_ENDS" label="At the end of the period" data-autofocus />
            <Radio value="SPECIFIC_DATE" label="On a date" />
            <Radio value="IMMEDIATE" label="Now: access ends at once" />
          </Stack>
        </Radio.Group>
        {when === "SPECIFIC_DATE" && (
          <TextInput
            type="date"
            label="Date"
            required
            value={date}
            onChange={(event) => {
              setDate(event.currentTarget.value);
            }}
          />
        )}
        <NativeSelect
          label="Reason"
          description="Optional"
          value={feedback}
          onChange={(event) => {
            setFeedback(event.currentTarget.value as Feedback | "");
          }}
          data={FEEDBACK}
        />
        {cancel.isError && <ErrorNotice title="The subscription was not canceled" error={cancel.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Keep it
          </Button>
          <Button
            color="red"
            disabled={when === "SPECIFIC_DATE" && date === ""}
            loading={cancel.isPending}
            onClick={submit}
          >
            Cancel subscription
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
