import { IconPackage } from "@tabler/icons-react";

import { EmptyList } from "../ui/EmptyList";
import type { ListFilter } from "../ui/listFilter";

export function NoPlans({ filter, onCreate }: { filter: ListFilter; onCreate: () => void }) {
  return (
    <EmptyList
      thing="plan"
      icon={<IconPackage size={40} aria-hidden />}
      filter={filter}
      searchHint="A search finds words anywhere in the name, the identifier and the description."
      firstHint="A plan is what customers subscribe to: features, and prices for them."
      onCreate={onCreate}
    />
  );
}
