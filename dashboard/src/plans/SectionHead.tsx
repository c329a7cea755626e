import { Group, Title } from "@mantine/core";
import type { ReactNode } from "react";

/** The heading of a part of the page, with what can be done there at the right. */
export function SectionHead({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Group justify="space-between" mih={36}>
      <Title order={2} size="h4">
        {title}
      </Title>
      {children}
    </Group>
  );
}
