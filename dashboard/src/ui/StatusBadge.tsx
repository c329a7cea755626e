import { Badge } from "@mantine/core";

/** Whether something is in use or archived. */
export function StatusBadge({ status }: { status: "active" | "archived" }) {
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
