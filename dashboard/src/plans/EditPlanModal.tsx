import { Text } from "@mantine/core";
import { useForm } from "@mantine/form";

import { ChangeForm } from "../ui/ChangeForm";
import { Dialog } from "../ui/Dialog";
import { useChange } from "../ui/useChange";
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
  const { seen, reload } = useSeenVersion(newest);
  const form = useForm({ initialValues: readPlanValues(newest.plan), validate: validatePlan });
  const change = useChange({
    form,
    update: useUpdatePlan(seen),
    toBody: toPlanUpdate,
    readCurrent: async () => readPlanValues((await reload()).plan),
    describe: () => "The plan was updated.",
    onClose,
  });
  return (
    <Dialog onClose={onClose} title="Edit plan">
      <ChangeForm thing="plan" failure="The plan was not updated" {...change}>
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
