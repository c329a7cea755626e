import { TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";

import { ChangeForm } from "../ui/ChangeForm";
import { Dialog } from "../ui/Dialog";
import { notifySuccess } from "../ui/notify";
import { useRefusal } from "../ui/useRefusal";
import type { Customer } from "./customer";
import { validateEmail, validateName } from "./customerForm";
import { EmailInput } from "./EmailInput";
import { NameInput } from "./NameInput";
import { useSeenCustomer } from "./useSeenCustomer";
import { useUpdateCustomer } from "./useUpdateCustomer";

interface Props {
  customer: Customer;
  onClose: () => void;
}

export function EditCustomerModal({ customer, onClose }: Props) {
  const { seen, reload: readCurrent } = useSeenCustomer(customer);
  const update = useUpdateCustomer(seen);
  const form = useForm({
    initialValues: readValues(customer),
    validate: { name: validateName, email: validateEmail },
  });
  const refusal = useRefusal(form);
  const submit = form.onSubmit(({ name, email }) => {
    refusal.clear();
    update.mutate(
      { name: name.trim(), email: email.trim() || null },
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
    <Dialog onClose={onClose} title="Edit customer">
      <ChangeForm
        thing="customer"
        failure="The customer was not updated"
        error={refusal.error}
        isPending={update.isPending}
        onSubmit={submit}
        onReload={reload}
      >
        <NameInput {...form.getInputProps("name")} />
        <TextInput
          label="Identifier"
          description="It cannot be changed."
          value={customer.customerId}
          readOnly
        />
        <EmailInput {...form.getInputProps("email")} />
      </ChangeForm>
    </Dialog>
  );
}

function readValues({ name, email }: Customer) {
  return { name, email: email ?? "" };
}
