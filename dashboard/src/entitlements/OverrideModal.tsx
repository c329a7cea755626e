import { Button, Group, Modal, Stack, Switch } from "@mantine/core";
import { useForm } from "@mantine/form";

import { useFeatures } from "../catalog/useFeatures";
import { ErrorNotice } from "../ui/ErrorNotice";
import { notifySuccess } from "../ui/notify";
import { useRefusal } from "../ui/useRefusal";
import { AdjustmentFields } from "./AdjustmentFields";
import { FeatureSelect } from "./FeatureSelect";
import { useSetOverride } from "./mutations";
import { EMPTY_OVERRIDE, isCompleteOverride, toOverrideSet } from "./overrideForm";
import { OverrideValueInputs } from "./OverrideValueInputs";

interface Props {
  customerId: string;
  onClose: () => void;
}

/** Gives a customer a value of a feature in place of what the plans give. */
export function OverrideModal({ customerId, onClose }: Props) {
  const set = useSetOverride(customerId);
  const form = useForm({ initialValues: EMPTY_OVERRIDE });
  const refusal = useRefusal(form);
  const featureType = useFeatures().get(form.values.feature)?.featureType;
  const submit = form.onSubmit((values) => {
    refusal.clear();
    set.mutate(
      { feature: values.feature, body: toOverrideSet(values, featureType) },
      {
        onSuccess: () => {
          notifySuccess("The override was set.");
          onClose();
        },
        onError: refusal.show,
      },
    );
  });
  return (
    <Modal opened onClose={onClose} title="Set override">
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <FeatureSelect {...form.getInputProps("feature")} />
          {featureType === "BOOLEAN" ? (
            <Switch label="On" {...form.getInputProps("isOn", { type: "checkbox" })} />
          ) : (
            <OverrideValueInputs form={form} isMeter={featureType === "METER"} />
          )}
          <AdjustmentFields getInputProps={form.getInputProps} />
          {refusal.error && <ErrorNotice title="The override was not set" error={refusal.error} />}
          <Group justify="flex-end">
            <Button
              type="submit"
              disabled={!isCompleteOverride(form.values, featureType)}
              loading={set.isPending}
            >
              Set
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
