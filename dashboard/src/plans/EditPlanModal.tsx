import { Text } from "@mantine/core";
import { useForm } from "@mantine/form";

import { ChangeForm } from "../ui/ChangeForm";
import { Dialog } from "../ui/Dialog";
import { notifySuccess } from "../ui/notify";
import { useRefusal } from "../ui/useRefusal";
import { useUpdatePlan } from "./mutations";
import { readPlanValues, toPlanUpdate, validatePlan } from "./planForm";
import { PlanTextInputs } from "./PlanTextInputs";
import type { PlanVersion } from "./queries";
import { useSeenVersion } from "./useSeenVersion";

interface Props {
  newest: PlanVersion;
  onClose: () => void;
}

export function EditPlanModal({ newest, onClose }: Props) {
  const { seen, reload: readCurrent } = useSeenVersion(newest);
  const update = useUpdatePlan(seen);
  const form = useForm({ initialValues: readPlanValues(newest.plan), validate: validatePlan });
  const refusal = useRefusal(form);
  const submit = form.onSubmit((values) => {
    refusal.clear();
    update.mutate(toPlanUpdate(values), {
      onSuccess: () => {
        notifySuccess("The plan was updated.");
        onClose();
      },
      onError: refusal.show,
    });
  });
  const reload = async () => {
    form.setValues(readPlanValues((await readCurrent()).plan));
    refusal.clear();
  };
  return (
    <Dialog onClose={onClose} title="Edit plan">
      <ChangeForm
        thing="plan"
        failure="The plan was not updated"
        error={refusal.error}
        isPending={update.isPending}
        onSubmit={submit}
        onReload={reload}
      >
        <PlanTextInputs
          name={form.getInputProps("name")}
          description={form.getInputProps("description")}
          maxPerCustomer={form.getInputProps("maxPerCustomer")}
        />
        <Text size="sm" c="dimmed">
          Name and description belong to the draft, and are shown once it is published.
        </Text>
      </ChangeForm>
    </Dialog>
  );
}
