import { Alert } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";

import type { Plan } from "../catalog/catalog";
import { AnchorLink } from "../ui/AnchorLink";

interface Props {
  plan: Plan;
  onFollow: () => void;
}

/** Why the plan cannot be published yet, with the way to what it waits for. */
export function MigrationRunning({ plan, onFollow }: Props) {
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      icon={<IconAlertTriangle aria-hidden />}
      title="Subscribers are still being moved"
    >
      Publish this version once they have all got to version {plan.publishedVersion}.{" "}
      <AnchorLink
        to="/plans/$plan"
        params={{ plan: plan.identifier }}
        search={{ tab: "migration" }}
        size="sm"
        c="inherit"
        underline="always"
        onClick={onFollow}
      >
        See how far they are
      </AnchorLink>
    </Alert>
  );
}
