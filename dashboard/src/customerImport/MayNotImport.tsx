import { IconLock } from "@tabler/icons-react";

import { EmptyState } from "../ui/EmptyState";

export function MayNotImport() {
  return <EmptyState icon={<IconLock size={40} aria-hidden />} title="You may not create customers" />;
}
