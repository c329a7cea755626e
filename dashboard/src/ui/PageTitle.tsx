import { Box, Group, Title } from "@mantine/core";
import type { ReactNode } from "react";

/** The heading of a page, with its actions at the right. It also names the browser's tab. */
export function PageTitle({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Group justify="space-between" wrap="nowrap" gap="md">
      <title>{`${title} · Parity`}</title>
      <Title order={1} fz={{ base: "h3", sm: "h2" }} miw={0}>
        <bdi>{title}</bdi>
      </Title>
      <Box style={{ flexShrink: 0 }}>{children}</Box>
    </Group>
  );
}
