import { Button, Group, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useNavigate } from "@tanstack/react-router";

import { IdentifierInput } from "../catalog/IdentifierInput";
import { Dialog } from "../ui/Dialog";
import { ErrorNotice } from "../ui/ErrorNotice";
import { notifySuccess } from "../ui/notify";
import { useRefusal } from "../ui/useRefusal";
import { useCreatePlan } from "./mutations";
import { EMPTY_PLAN, toPlanUpdate, validatePlan } from "./planForm";
import { PlanTextInputs } from "./PlanTextInputs";

/** Creates a plan as a draft, and leads to its page. */
export function CreatePlanModal({ onClose }: { onClose: () => void }) {
  const create = useCreatePlan();
  const navigate = useNavigate();
  const form = useForm({ initialValues: { ...EMPTY_PLAN, identifier: "" }, validate: validatePlan });
  const refusal = useRefusal(form);
  const submit = form.onSubmit((values) => {
    refusal.clear();
    const body = { ...toPlanUpdate(values), identifier: values.identifier.trim() || null };
    create.mutate(body, {
      onSuccess: ({ name, identifier }) => {
        notifySuccess(`${name} was created, as a draft.`);
        onClose();
        void navigate({ to: "/plans/$plan", params: { plan: identifier } });
      },
      onError: refusal.show,
    });
  });
  return (
    <Dialog onClose={onClose} title="Create plan">
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <PlanTextInputs
            name={form.getInputProps("name")}
            description={form.getInputProps("description")}
            maxPerCustomer={form.getInputProps("maxPerCustomer")}
          >
            <IdentifierInput {...form.getInputProps("identifier")} />
          </PlanTextInputs>
          <Text size="sm" c="dimmed">
            The plan starts as a draft: give it features and prices, then publish it.
          </Text>
          {refusal.error && <ErrorNotice title="The plan was not created" error={refusal.error} />}
          <Group justify="flex-end">
            <Button type="submit" loading={create.isPending}>
              Create
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
