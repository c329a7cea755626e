import { Button, Group } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";

interface Props {
  previous: string | undefined;
  next: string | undefined;
  onTurn: (cursor: string) => void;
}

/** Turns pages by the cursors that the API gave; nothing where all is on one page. */
export function CursorPager({ previous, next, onTurn }: Props) {
  if (!previous && !next) return null;
  return (
    <Group gap="xs" role="navigation" aria-label="Pages">
      <Button
        variant="default"
        size="xs"
        leftSection={<IconChevronLeft size={16} aria-hidden />}
        disabled={!previous}
        onClick={() => {
          if (previous) onTurn(previous);
        }}
      >
        Previous
      </Button>
      <Button
        variant="default"
        size="xs"
        rightSection={<IconChevronRight size={16} aria-hidden />}
        disabled={!next}
        onClick={() => {
          if (next) onTurn(next);
        }}
      >
        Next
      </Button>
    </Group>
  );
}
