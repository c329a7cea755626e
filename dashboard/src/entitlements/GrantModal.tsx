import { Button, Group, Modal, NativeSelect, NumberInput, Stack } from "@mantine/core";
import { useForm } from "@mantine/form";

import { useFeatures } from "../catalog/useFeatures";
import { ErrorNotice } from "../ui/ErrorNotice";
import { notifySuccess } from "../ui/notify";
import { useRefusal } from "../ui/useRefusal";
import { AdjustmentFields } from "./AdjustmentFields";
import { FeatureSelect } from "./FeatureSelect";
import { EMPTY_GRANT, isCompleteGrant, toGrantCreate } from "./grantForm";
import { useCreateGrant } from "./mutations";

const WINDOWS = [
  { value: "", label: "Every window of the plan" },
  { value: "NEVER", label: "A balance that is used up once" },
];

interface Props {
  customerId: string;
  onClose: () => void;
}

/** Gives a customer more of a feature, on top of what the plans give. */
export function GrantModal({ customerId, onClose }: Props) {
  const create = useCreateGrant(customerId);
  const form = useForm({ initialValues: EMPTY_GRANT });
  const refusal = useRefusal(form);
  const featureType = useFeatures().get(form.values.featureId)?.featureType;
  const isBoolean = featureType === "BOOLEAN";
  const submit = form.onSubmit((values) => {
    refusal.clear();
    create.mutate(toGrantCreate(values, isBoolean), {
      onSuccess: () => {
        notifySuccess("The grant was added.");
        onClose();
      },
      onError: refusal.show,
    });
  });
  return (
    <Modal opened onClose={onClose} title="Add grant">
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <FeatureSelect {...form.getInputProps("featureId")} />
          {!isBoolean && (
            <NumberInput
              label="How much more"
              required
              min={1}
              allowDecimal={false}
              thousandSeparator
              {...form.getInputProps("value")}
            />
          )}
          {featureType === "METER" && (
            <NativeSelect label="Added to" data={WINDOWS} {...form.getInputProps("reset")} />
          )}
          <AdjustmentFields getInputProps={form.getInputProps} />
          {refusal.error && <ErrorNotice title="The grant was not added" error={refusal.error} />}
          <Group justify="flex-end">
            <Button
              type="submit"
              disabled={!isCompleteGrant(form.values, isBoolean)}
              loading={create.isPending}
            >
              Add
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
