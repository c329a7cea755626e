import { TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";

import type { Feature } from "../catalog/catalog";
import { DescriptionInput } from "../catalog/DescriptionInput";
import { ChangeForm } from "../ui/ChangeForm";
import { Dialog } from "../ui/Dialog";
import { useChange } from "../ui/useChange";
import { useUpdateFeature } from "./mutations";
import { useSeenFeature } from "./useSeenFeature";

interface Props {
  feature: Feature;
  onClose: () => void;
}

export function EditFeatureModal({ feature, onClose }: Props) {
  const { seen, reload } = useSeenFeature(feature);
  const form = useForm({
    initialValues: readValues(feature),
    validate: { name: (name) => (name.trim() ? null : "A feature needs a name.") },
  });
  const change = useChange({
    form,
    update: useUpdateFeature(seen),
    toBody: ({ name, description }) => ({ name: name.trim(), description: description.trim() || null }),
    readCurrent: async () => readValues(await reload()),
    describe: ({ name }) => `${name} was updated.`,
    onClose,
  });
  return (
    <Dialog onClose={onClose} title="Edit feature">
      <ChangeForm thing="feature" failure="The feature was not updated" {...change}>
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
