import { TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";

import type { Feature } from "../catalog/catalog";
import { DescriptionInput } from "../catalog/DescriptionInput";
import { ChangeForm } from "../ui/ChangeForm";
import { Dialog } from "../ui/Dialog";
import { notifySuccess } from "../ui/notify";
import { useRefusal } from "../ui/useRefusal";
import { useUpdateFeature } from "./mutations";
import { useSeenFeature } from "./useSeenFeature";

interface Props {
  feature: Feature;
  onClose: () => void;
}

export function EditFeatureModal({ feature, onClose }: Props) {
  const { seen, reload: readCurrent } = useSeenFeature(feature);
  const update = useUpdateFeature(seen);
  const form = useForm({
    initialValues: readValues(feature),
    validate: { name: (name) => (name.trim() ? null : "A feature needs a name.") },
  });
  const refusal = useRefusal(form);
  const submit = form.onSubmit(({ name, description }) => {
    refusal.clear();
    update.mutate(
      { name: name.trim(), description: description.trim() || null },
      {
        onSuccess: (updated) => {
          notifySuccess(`${updated.name} was updated.`);
          onClose();
        },
        onError: refusal.show,
      },
    );
  });
  const reload = async () => {
    form.setValues(readValues(await readCurrent()));
    refusal.clear();
  };
  return (
    <Dialog onClose={onClose} title="Edit feature">
      <ChangeForm
        thing="feature"
        failure="The feature was not updated"
        error={refusal.error}
        isPending={update.isPending}
        onSubmit={submit}
        onReload={reload}
      >
        <TextInput
          label="Feature name"
          required
          data-autofocus
          autoComplete="off"
          maxLength={255}
          dir="auto"
          {...form.getInputProps("name")}
        />
        <DescriptionInput {...form.getInputProps("description")} />
      </ChangeForm>
    </Dialog>
  );
}

function readValues({ name, description }: Feature) {
  return { name, description: description ?? "" };
}
