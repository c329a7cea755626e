import { Badge, Tooltip } from "@mantine/core";

import type { Endpoint } from "./webhook";

/** Whether events are sent to the endpoint, and whether it takes them. */
export function EndpointStatusBadge({ endpoint: { disabledReason, failingSince } }: { endpoint: Endpoint }) {
  if (disabledReason === "FAILED") {
    return (
      <Tooltip label="It failed for five days, so Parity disabled it.">
        <Badge variant="light" color="red" tabIndex={0}>
          Disabled
        </Badge>
      </Tooltip>
    );
  }
  if (disabledReason) {
    return (
      <Badge variant="light" color="gray">
        Disabled
      </Badge>
    );
  }
  return failingSince ? (
    <Badge variant="light" color="yellow" autoContrast>
      Failing
    </Badge>
  ) : (
    <Badge variant="light" color="green" autoContrast>
      Enabled
    </Badge>
  );
}
