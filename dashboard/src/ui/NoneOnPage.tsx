import { Text } from "@mantine/core";
import type { ReactNode } from "react";

import { EmptyState } from "./EmptyState";

interface Props {
  icon: ReactNode;
  title: string;
}

/** Says that this page of a filtered list has nothing, but those that follow may. */
export function NoneOnPage({ icon, title }: Props) {
  return (
    <EmptyState icon={icon} title={title}>
      <Text size="sm" c="dimmed">
        Older ones are on the pages that follow.
      </Text>
    </EmptyState>
  );
}
