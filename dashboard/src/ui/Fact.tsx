import { Box, Text } from "@mantine/core";
import type { ReactNode } from "react";

/** A name with its value, inside a `dl`; a dash where there is none. */
export function Fact({ name, children }: { name: string; children?: ReactNode }) {
  return (
    <Box miw={0}>
      <Text component="dt" size="xs" c="dimmed">
        {name}
      </Text>
      <Text component="dd" size="sm" m={0}>
        {children ?? "–"}
      </Text>
    </Box>
  );
}
