import { IconPuzzle } from "@tabler/icons-react";

import { EmptyList } from "../ui/EmptyList";
import type { ListFilter } from "../ui/listFilter";

export function NoFeatures({ filter, onCreate }: { filter: ListFilter; onCreate: () => void }) {
  return (
    <EmptyList
      thing="feature"
      icon={<IconPuzzle size={40} aria-hidden />}
      filter={filter}
      searchHint="A search finds words anywhere in the name, the identifier and the description."
      firstHint="A feature is what a plan gives: a switch, a number such as seats, or usage that is metered."
      onCreate={onCreate}
    />
  );
}
