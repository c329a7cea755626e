import { Box, Text } from "@mantine/core";
import type { ReactNode } from "react";

import classes from "./Fact.module.css";

interface Props {
  name: string;
  /** Takes the room of two. */
  isLong?: boolean;
  /** Takes the room of two where there are only two. */
  isLongIfNarrow?: boolean;
  children?: ReactNode;
}

/** A name with its value, inside a `dl`; a dash where there is none. */
export function Fact({ name, isLong = false, isLongIfNarrow = false, children }: Props) {
  return (
    <Box miw={0} mod={{ long: isLong, "long-if-narrow": isLongIfNarrow }} className={classes.fact}>
      <Text component="dt" size="xs" c="dimmed">
        {name}
      </Text>
      <Text component="dd" size="sm" m={0}>
        {children ?? "–"}
      </Text>
    </Box>
  );
}
