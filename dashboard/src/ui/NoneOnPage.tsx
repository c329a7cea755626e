import { Text } from "@mantine/core";
import type { ReactNode } from "react";

import { EmptyState } from "./EmptyState";

interface Props {
  icon: ReactNode;
  title: string;
}

/** Says that nothing on this page matches the filter, and that pages which follow may have something. */
export function NoneOnPage({ icon, title }: Props) {
  return (
    <EmptyState icon={icon} title={title}>
      <Text size="sm" c="dimmed">
        There may be older ones on the pages that follow.
      </Text>
    </EmptyState>
  );
}
