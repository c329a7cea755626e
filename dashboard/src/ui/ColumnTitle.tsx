import { Group, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconChevronDown, IconChevronUp } from "@tabler/icons-react";

import type { Column } from "./DataTable";

/** A column's title, which sorts the list where it can. */
export function ColumnTitle({ title, isUntitled, sort }: Column) {
  if (isUntitled) return <VisuallyHidden>{title}</VisuallyHidden>;
  if (!sort) return title;
  const Icon = sort.order === "ascending" ? IconChevronUp : IconChevronDown;
  return (
    <UnstyledButton fz="inherit" fw="inherit" onClick={sort.onTurn}>
      <Group gap={4} wrap="nowrap">
        {title}
        <Icon size={14} aria-hidden />
      </Group>
    </UnstyledButton>
  );
}
