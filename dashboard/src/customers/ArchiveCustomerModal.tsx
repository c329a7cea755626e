import { Button, Group, Modal, Stack, Text } from "@mantine/core";

import { isProblem } from "../api/problem";
import { ErrorNotice } from "../ui/ErrorNotice";
import { notifySuccess } from "../ui/notify";
import { ArchiveRefused } from "./ArchiveRefused";
import type { Customer } from "./customer";
import { useArchiveCustomer } from "./mutations";

interface Props {
  customer: Customer;
  onClose: () => void;
}

export function ArchiveCustomerModal({ customer, onClose }: Props) {
  const archive = useArchiveCustomer(customer.customerId);
  const refusal = isProblem(archive.error, "customer_has_live_subscriptions") ? archive.error : null;
  const confirm = () => {
    archive.mutate(undefined, {
      onSuccess: () => {
        notifySuccess(`${customer.name} was archived.`);
        onClose();
      },
    });
  };
  return (
    <Modal opened onClose={onClose} title={`Archive ${customer.name}`}>
      <Stack gap="md">
        {refusal ? (
          <ArchiveRefused customerId={customer.customerId} problem={refusal} onFollow={onClose} />
        ) : (
          <Text size="sm">
            Are you sure you want to archive this customer? Once archived, they will lose access to all
            features.
          </Text>
        )}
        {archive.isError && !refusal && (
          <ErrorNotice title="The customer was not archived" error={archive.error} />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {refusal ? "Close" : "Cancel"}
          </Button>
          {!refusal && (
            <Button color="red" loading={archive.isPending} onClick={confirm}>
              Confirm
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}
