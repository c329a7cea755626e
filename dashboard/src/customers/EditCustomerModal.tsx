import { TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";

import { ChangeForm } from "../ui/ChangeForm";
import { Dialog } from "../ui/Dialog";
import { useChange } from "../ui/useChange";
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
  const { seen, reload } = useSeenCustomer(customer);
  const form = useForm({
    initialValues: readValues(customer),
    validate: { name: validateName, email: validateEmail },
  });
  const change = useChange({
    form,
    update: useUpdateCustomer(seen),
    toBody: ({ name, email }) => ({ name: name.trim(), email: email.trim() || null }),
    readCurrent: async () => readValues(await reload()),
    describe: ({ name }) => `${name} was updated.`,
    onClose,
  });
  return (
    <Dialog onClose={onClose} title="Edit customer">
      <ChangeForm thing="customer" failure="The customer was not updated" {...change}>
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
