import { Center, Stack, Title } from "@mantine/core";
import type { ReactNode } from "react";

/** A page without navigation, for those who are not at Parity's pages yet. */
export function FullPage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Center component="main" mih="100vh" p="md">
      <Stack align="center" gap="lg" maw={420}>
        <img src="/icon.svg" alt="" width={48} height={48} />
        <Title order={1} size="h2" ta="center">
          {title}
        </Title>
        {children}
      </Stack>
    </Center>
  );
}
