import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { ProblemError } from "../api/problem";
import { useApi } from "../api/useApi";
import { notifySuccess } from "../ui/notify";
import type { Customer } from "./customer";
import { validateEmail, validateName } from "./customerForm";
import { useUpdateCustomer } from "./mutations";
import { customerQuery } from "./queries";
import { UpdateError } from "./UpdateError";

interface Props {
  customer: Customer;
  onClose: () => void;
}

export function EditCustomerModal({ customer, onClose }: Props) {
  // What the person has seen: an update is for this version.
  const [seen, setSeen] = useState(customer);
  const api = useApi();
  const cache = useQueryClient();
  const update = useUpdateCustomer(seen);
  const form = useForm({
    initialValues: readValues(customer),
    validate: { name: validateName, email: validateEmail },
  });
  const submit = form.onSubmit(({ name, email }) => {
    update.mutate(
      { name: name.trim(), email: email.trim() || null },
      {
        onSuccess: (updated) => {
          notifySuccess(`${updated.name} was updated.`);
          onClose();
        },
        onError: (error) => {
          if (error instanceof ProblemError) form.setErrors(error.fieldErrors);
        },
      },
    );
  });
  const reload = async () => {
    const current = await cache.query({ ...customerQuery(api, customer.customerId), staleTime: 0 });
    setSeen(current);
    form.setValues(readValues(current));
    update.reset();
  };
  return (
    <Modal opened onClose={onClose} title="Edit customer">
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
          <TextInput
            label="Identifier"
            description="It cannot be changed."
            value={customer.customerId}
            readOnly
          />
          <TextInput
            label="Email address"
            description="Optional"
            type="email"
            autoComplete="off"
            maxLength={254}
            {...form.getInputProps("email")}
          />
          {update.isError && <UpdateError error={update.error} onReload={() => void reload()} />}
          <Group justify="flex-end">
            <Button type="submit" loading={update.isPending}>
              Update
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function readValues({ name, email }: Customer) {
  return { name, email: email ?? "" };
}
