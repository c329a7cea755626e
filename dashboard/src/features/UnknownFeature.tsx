import { IconZoomQuestion } from "@tabler/icons-react";

import { ButtonLink } from "../ui/ButtonLink";
import { UnknownThing } from "../ui/UnknownThing";

export function UnknownFeature({ identifier }: { identifier: string }) {
  return (
    <UnknownThing
      thing="feature"
      detail={`No feature has the identifier ${identifier}.`}
      icon={<IconZoomQuestion size={40} aria-hidden />}
    >
      <ButtonLink to="/features" variant="default">
        Go to the features
      </ButtonLink>
    </UnknownThing>
  );
}
