import { Button, Group, Stack, Switch } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDebouncedValue } from "@mantine/hooks";

import { usePlanFeatures } from "../catalog/usePlanFeatures";
import { ChangeError } from "../ui/ChangeError";
import { Dialog } from "../ui/Dialog";
import { notifySuccess } from "../ui/notify";
import { useRefusal } from "../ui/useRefusal";
import { presentTerms, readUpdate, type ChangeValues } from "./changeForm";
import { ChangePreview } from "./ChangePreview";
import { useUpdateSubscription } from "./mutations";
import { QuantitiesInput } from "./QuantitiesInput";
import type { Subscription } from "./subscription";
import { TermsInput } from "./TermsInput";
import { useReloadSubscription } from "./useReloadSubscription";
import { WhenInput } from "./WhenInput";

const DEBOUNCE_MILLISECONDS = 300;

interface Props {
  subscription: Subscription;
  onClose: () => void;
}

/** Other terms, with what they change before they are agreed to. */
export function ChangeSubscriptionModal({ subscription, onClose }: Props) {
  const form = useForm<ChangeValues>({
    initialValues: presentTerms(subscription),
    onValuesChange: (values, previous) => {
      if (values.planIdentifier === previous.planIdentifier) return;
      form.setValues({ chargePeriod: "", quantities: {} });
    },
  });
  const refusal = useRefusal(form);
  const change = useUpdateSubscription(subscription);
  const reload = useReloadSubscription(subscription.id);
  const planFeatures = usePlanFeatures(form.values.planIdentifier);
  const [settled] = useDebouncedValue(form.values, DEBOUNCE_MILLISECONDS);
  const wanted = readUpdate(subscription, planFeatures, form.values);
  const submit = form.onSubmit((values) => {
    refusal.clear();
    if (!wanted) return;
    change.mutate(wanted, {
      onSuccess: () => {
        notifySuccess(values.when === "NOW" ? "The subscription was changed." : "The change is planned.");
        onClose();
      },
      onError: refusal.show,
    });
  });
  return (
    <Dialog onClose={onClose} title={`Change ${subscription.plan.name}`} size="lg">
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
          <WhenInput {...form.getInputProps("when")} />
          {subscription.status === "trialing" && form.values.when === "NOW" && (
            <Switch label="End the trial now" {...form.getInputProps("endsTrial", { type: "checkbox" })} />
          )}
          <ChangePreview
            subscription={subscription}
            update={wanted && readUpdate(subscription, planFeatures, settled)}
          />
          {refusal.error && (
            <ChangeError
              title="The subscription was not changed"
              thing="subscription"
              error={refusal.error}
              onReload={async () => {
                await reload();
                refusal.clear();
              }}
            />
          )}
          <Group justify="flex-end">
            <Button type="submit" disabled={!wanted} loading={change.isPending}>
              Change
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
