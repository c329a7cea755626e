import { Menu } from "@mantine/core";
import type { Icon } from "@tabler/icons-react";

interface Props {
  icon: Icon;
  /** Whether it takes something away. */
  isDangerous?: boolean;
  onClick: () => void;
  children: string;
}

/** One action of an `ActionsMenu`. */
export function ActionItem({ icon: Icon, isDangerous = false, onClick, children }: Props) {
  return (
    <Menu.Item
      {...(isDangerous && { c: "var(--mantine-color-error)" })}
      leftSection={<Icon size={16} aria-hidden />}
      onClick={onClick}
    >
      {children}
    </Menu.Item>
  );
}
