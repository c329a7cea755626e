import { Text } from "@mantine/core";
import { IconUserQuestion } from "@tabler/icons-react";

import { ButtonLink } from "../ui/ButtonLink";
import { EmptyState } from "../ui/EmptyState";
import { PageTitle } from "../ui/PageTitle";

export function UnknownCustomer({ customerId }: { customerId: string }) {
  return (
    <>
      <PageTitle title="Unknown customer" />
      <EmptyState icon={<IconUserQuestion size={40} aria-hidden />} title="There is no such customer">
        <Text size="sm">No customer has the identifier {customerId}.</Text>
        <ButtonLink to="/customers" variant="default">
          Go to the customers
        </ButtonLink>
      </EmptyState>
    </>
  );
}
