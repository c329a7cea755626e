import { Button, Group, Stack, Switch } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";

import { ErrorNotice } from "../ui/ErrorNotice";
import { notifySuccess } from "../ui/notify";
import { useRefusal } from "../ui/useRefusal";
import { validateEmail, validateName } from "./customerForm";
import { EmailInput } from "./EmailInput";
import { IdentifierInput } from "./IdentifierInput";
import { useCreateCustomer } from "./mutations";
import { NameInput } from "./NameInput";
import { useIdentifierPreview } from "./useIdentifierPreview";

const EMPTY = { name: "", customerId: "", email: "" };

export function CreateCustomerForm({ onClose }: { onClose: () => void }) {
  const [createMore, setCreateMore] = useState(false);
  const create = useCreateCustomer();
  const form = useForm({
    initialValues: EMPTY,
    validate: { name: validateName, email: validateEmail },
  });
  const preview = useIdentifierPreview(form.values.name);
  const refusal = useRefusal(form);
  const submit = form.onSubmit(({ name, customerId, email }) => {
    refusal.clear();
    const body = {
      name: name.trim(),
      customerId: customerId.trim() || (preview.current ?? null),
      email: email.trim() || null,
    };
    create.mutate(body, {
      onSuccess: (customer) => {
        notifySuccess(`${customer.name} was created.`);
        if (!createMore) {
          onClose();
          return;
        }
        form.reset();
        form.getInputNode("name")?.focus();
      },
      onError: refusal.show,
    });
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <NameInput {...form.getInputProps("name")} />
        <IdentifierInput derived={preview.shown} {...form.getInputProps("customerId")} />
        <EmailInput {...form.getInputProps("email")} />
        {refusal.error && <ErrorNotice title="The customer was not created" error={refusal.error} />}
        <Group justify="space-between" mt="xs">
          <Switch
            label="Create more"
            checked={createMore}
            onChange={(event) => {
              setCreateMore(event.currentTarget.checked);
            }}
          />
          <Button type="submit" loading={create.isPending}>
            Create
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
