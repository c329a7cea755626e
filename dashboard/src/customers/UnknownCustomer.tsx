import { IconUserQuestion } from "@tabler/icons-react";

import { ButtonLink } from "../ui/ButtonLink";
import { UnknownThing } from "../ui/UnknownThing";

export function UnknownCustomer({ customerId }: { customerId: string }) {
  return (
    <UnknownThing
      thing="customer"
      detail={`No customer has the identifier ${customerId}.`}
      icon={<IconUserQuestion size={40} aria-hidden />}
    >
      <ButtonLink to="/customers" variant="default">
        Go to the customers
      </ButtonLink>
    </UnknownThing>
  );
}
