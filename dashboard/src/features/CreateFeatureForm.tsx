import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";

import { DescriptionInput } from "../catalog/DescriptionInput";
import { IdentifierInput } from "../catalog/IdentifierInput";
import { ErrorNotice } from "../ui/ErrorNotice";
import { notifySuccess } from "../ui/notify";
import { useRefusal } from "../ui/useRefusal";
import { EMPTY_FEATURE, hasMeter, hasUnits, toFeatureCreate, validateFeature } from "./featureForm";
import { FeatureTypeInput } from "./FeatureTypeInput";
import { MeterInput } from "./MeterInput";
import { MeterKindInput } from "./MeterKindInput";
import { useCreateFeature } from "./mutations";
import { UnitsInput } from "./UnitsInput";

export function CreateFeatureForm({ onClose }: { onClose: () => void }) {
  const create = useCreateFeature();
  const form = useForm({ initialValues: EMPTY_FEATURE, validate: validateFeature });
  const refusal = useRefusal(form);
  const submit = form.onSubmit((values) => {
    refusal.clear();
    create.mutate(toFeatureCreate(values), {
      onSuccess: (feature) => {
        notifySuccess(`${feature.name} was created.`);
        onClose();
      },
      onError: refusal.show,
    });
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label="Feature name"
          required
          data-autofocus
          autoComplete="off"
          maxLength={255}
          dir="auto"
          {...form.getInputProps("name")}
        />
        <IdentifierInput {...form.getInputProps("identifier")} />
        <DescriptionInput {...form.getInputProps("description")} />
        <FeatureTypeInput {...form.getInputProps("featureType")} />
        {form.values.featureType === "METER" && (
          <MeterKindInput {...form.getInputProps("featureDetails.featureSubType")} />
        )}
        {hasUnits(form.values) && <UnitsInput form={form} />}
        {hasMeter(form.values) && <MeterInput form={form} />}
        {refusal.error && <ErrorNotice title="The feature was not created" error={refusal.error} />}
        <Group justify="flex-end" mt="xs">
          <Button type="submit" loading={create.isPending}>
            Create
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
