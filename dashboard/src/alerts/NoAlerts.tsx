import { Button, Text } from "@mantine/core";
import { IconBellOff } from "@tabler/icons-react";

import { EmptyState } from "../ui/EmptyState";
import { NoneOnPage } from "../ui/NoneOnPage";

interface Props {
  isFiltered: boolean;
  /** Whether the pages that follow may have some. */
  mayFollow: boolean;
  onShowAll: () => void;
}

/** Says why there is no alert, with what to do about it. */
export function NoAlerts({ isFiltered, mayFollow, onShowAll }: Props) {
  const icon = <IconBellOff size={40} aria-hidden />;
  if (mayFollow) return <NoneOnPage icon={icon} title="No such alert on this page" />;
  if (isFiltered) {
    return (
      <EmptyState icon={icon} title="No such alert">
        <Button variant="default" onClick={onShowAll}>
          Show all alerts
        </Button>
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={icon} title="No alerts yet">
      <Text size="sm" c="dimmed">
        A plan or an override says at what usage of a feature there is one.
      </Text>
    </EmptyState>
  );
}
