import { Group, Title } from "@mantine/core";
import type { ReactNode } from "react";

/** The heading of a page, with its actions at the right. It also names the browser's tab. */
export function PageTitle({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Group justify="space-between" wrap="nowrap" gap="md">
      <title>{`${title} · Parity`}</title>
      <Title order={1} size="h2">
        <bdi>{title}</bdi>
      </Title>
      {children}
    </Group>
  );
}
