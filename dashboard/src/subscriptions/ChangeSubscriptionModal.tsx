import { Button, Group, Modal, Radio, Stack } from "@mantine/core";
import { useState } from "react";

import { ErrorNotice } from "../ui/ErrorNotice";
import { notifySuccess } from "../ui/notify";
import { ChangePreview } from "./ChangePreview";
import { useUpdateSubscription } from "./mutations";
import type { Subscription, SubscriptionUpdate } from "./subscription";
import { TermsInput, type Terms } from "./TermsInput";

type Effective = "NOW" | "PERIOD_END";

interface Props {
  subscription: Subscription;
  onClose: () => void;
}

/** Another plan or period, with what that changes before it is made. */
export function ChangeSubscriptionModal({ subscription, onClose }: Props) {
  const [terms, setTerms] = useState<Terms>({
    plan: subscription.plan.identifier,
    period: subscription.chargePeriod,
  });
  const [effective, setEffective] = useState<Effective>("NOW");
  const change = useUpdateSubscription(subscription);
  const { plan, period } = terms;
  const isSame = plan === subscription.plan.identifier && period === subscription.chargePeriod;
  const wanted: SubscriptionUpdate | null =
    period === "" || isSame ? null : { planIdentifier: plan, chargePeriod: period, effective };
  const submit = () => {
    if (!wanted) return;
    change.mutate(wanted, {
      onSuccess: () => {
        notifySuccess(effective === "NOW" ? "The subscription was changed." : "The change is planned.");
        onClose();
      },
    });
  };
  return (
    <Modal opened onClose={onClose} title={`Change ${subscription.plan.name}`} size="lg">
      <Stack gap="md">
        <TermsInput terms={terms} onChange={setTerms} />
        <Radio.Group
          label="When"
          value={effective}
          onChange={(value) => {
            setEffective(value);
          }}
        >
          <Group mt="xs">
            <Radio value="NOW" label="Now" />
            <Radio value="PERIOD_END" label="At the end of the period" />
          </Group>
        </Radio.Group>
        <ChangePreview subscription={subscription} update={wanted} />
        {change.isError && <ErrorNotice title="The subscription was not changed" error={change.error} />}
        <Group justify="flex-end">
          <Button disabled={!wanted} loading={change.isPending} onClick={submit}>
            Change
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
