import { IconZoomQuestion } from "@tabler/icons-react";

import { ButtonLink } from "../ui/ButtonLink";
import { UnknownThing } from "../ui/UnknownThing";

export function UnknownPlan({ identifier }: { identifier: string }) {
  return (
    <UnknownThing
      thing="plan"
      detail={`No plan has the identifier ${identifier}.`}
      icon={<IconZoomQuestion size={40} aria-hidden />}
    >
      <ButtonLink to="/plans" variant="default">
        Go to the plans
      </ButtonLink>
    </UnknownThing>
  );
}
