import { Badge } from "@mantine/core";

export function DraftBadge({ version }: { version: number }) {
  return (
    <Badge variant="light" color="yellow">
      Version {version} (draft)
    </Badge>
  );
}
