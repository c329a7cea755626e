import { Group, Text } from "@mantine/core";

import { readCursor } from "../api/cursor";
import { CursorPager } from "./CursorPager";

interface Props {
  /** How many there are, in words; empty while that is not known. */
  count: string;
  page: { previous: string | null; next: string | null } | undefined;
  onTurn: (cursor: string) => void;
}

/** How many rows a list has, and its other pages. */
export function ListFooter({ count, page, onTurn }: Props) {
  return (
    <Group justify="space-between" mih={30}>
      <Text size="sm" c="dimmed" role="status">
        {count}
      </Text>
      {page && (
        <CursorPager previous={readCursor(page.previous)} next={readCursor(page.next)} onTurn={onTurn} />
      )}
    </Group>
  );
}
