import { Button } from "@mantine/core";
import { IconWebhook } from "@tabler/icons-react";

import { EmptyState } from "../ui/EmptyState";
import { NoneOnPage } from "../ui/NoneOnPage";

interface Props {
  isFiltered: boolean;
  /** Whether the pages that follow may have some. */
  mayFollow: boolean;
  onShowAll: () => void;
}

/** Says why there is no delivery, with what to do about it. */
export function NoDeliveries({ isFiltered, mayFollow, onShowAll }: Props) {
  const icon = <IconWebhook size={40} aria-hidden />;
  if (mayFollow) return <NoneOnPage icon={icon} title="No such delivery on this page" />;
  if (!isFiltered) return <EmptyState icon={icon} title="Nothing was sent in the last 30 days" />;
  return (
    <EmptyState icon={icon} title="No such delivery in the last 30 days">
      <Button variant="default" onClick={onShowAll}>
        Show all deliveries
      </Button>
    </EmptyState>
  );
}
