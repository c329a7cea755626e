import { Badge } from "@mantine/core";

import type { Customer } from "./customer";

export function CustomerStatusBadge({ status }: { status: Customer["status"] }) {
  return status === "active" ? (
    <Badge variant="light" color="green" autoContrast>
      Active
    </Badge>
  ) : (
    <Badge variant="light" color="gray">
      Archived
    </Badge>
  );
}
