import { Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  icon: ReactNode;
  title: string;
  children?: ReactNode;
}

/** Says that there is nothing here yet, with what to do about it. */
export function EmptyState({ icon, title, children }: Props) {
  return (
    <Stack align="center" gap="xs" py="xl" px="md" ta="center">
      <Text c="dimmed" component="span" lh={0}>
        {icon}
      </Text>
      <Text fw={600}>{title}</Text>
      {children}
    </Stack>
  );
}
