import { Button } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";

import { useMayWrite } from "../access/access";

interface Props {
  onClick: () => void;
  children: string;
}

/** Adds one more of what the page lists, which the key `n` does, too. */
export function NewButton({ onClick, children }: Props) {
  const mayWrite = useMayWrite();
  useHotkeys(mayWrite ? [["n", onClick]] : []);
  if (!mayWrite) return null;
  return (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={onClick}>
      {children}
    </Button>
  );
}
