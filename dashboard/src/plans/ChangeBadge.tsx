import { Badge } from "@mantine/core";
import { IconArrowsLeftRight, IconMinus, IconPlus } from "@tabler/icons-react";

import type { Change } from "./compare";

const BADGES = {
  added: { label: "Added", color: "green", Icon: IconPlus },
  removed: { label: "Removed", color: "red", Icon: IconMinus },
  changed: { label: "Changed", color: "blue", Icon: IconArrowsLeftRight },
} as const;

export function ChangeBadge({ change }: { change: Change }) {
  const { label, color, Icon } = BADGES[change];
  return (
    <Badge variant="light" color={color} size="sm" leftSection={<Icon size={12} aria-hidden />}>
      {label}
    </Badge>
  );
}
