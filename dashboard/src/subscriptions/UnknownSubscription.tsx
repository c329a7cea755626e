import { IconReceiptOff } from "@tabler/icons-react";

import { ButtonLink } from "../ui/ButtonLink";
import { UnknownThing } from "../ui/UnknownThing";

export function UnknownSubscription({ subscriptionId }: { subscriptionId: string }) {
  return (
    <UnknownThing
      thing="subscription"
      detail={`No subscription has the id ${subscriptionId}.`}
      icon={<IconReceiptOff size={40} aria-hidden />}
    >
      <ButtonLink to="/customers" variant="default">
        Go to the customers
      </ButtonLink>
    </UnknownThing>
  );
}
