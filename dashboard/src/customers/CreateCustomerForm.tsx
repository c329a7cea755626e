import { Button, Group, Stack, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";

import { ProblemError } from "../api/problem";
import { ErrorNotice } from "../ui/ErrorNotice";
import { notifySuccess } from "../ui/notify";
import { validateEmail, validateName } from "./customerForm";
import { IdentifierInput } from "./IdentifierInput";
import { useCreateCustomer } from "./mutations";
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
  const submit = form.onSubmit(({ name, customerId, email }) => {
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
      onError: (error) => {
        if (error instanceof ProblemError) form.setErrors(error.fieldErrors);
      },
    });
  });
  const isAtField = create.error instanceof ProblemError && Object.keys(create.error.fieldErrors).length > 0;
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label="Customer name"
          required
          data-autofocus
          autoComplete="off"
          maxLength={255}
          {...form.getInputProps("name")}
        />
        <IdentifierInput derived={preview.shown} {...form.getInputProps("customerId")} />
        <TextInput
          label="Email address"
          description="Optional"
          type="email"
          autoComplete="off"
          maxLength={254}
          {...form.getInputProps("email")}
        />
        {create.isError && !isAtField && (
          <ErrorNotice title="The customer was not created" error={create.error} />
        )}
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
