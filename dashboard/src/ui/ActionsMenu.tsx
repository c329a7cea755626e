import { ActionIcon, Menu } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useRef, type ReactNode } from "react";

interface Props {
  /** What the actions are for. */
  name: string;
  disabled?: boolean;
  /** An `ActionItem` each. */
  children: ReactNode;
}

/** The three dots: what can be done with a thing. */
export function ActionsMenu({ name, disabled = false, children }: Props) {
  const dots = useRef<HTMLButtonElement>(null);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          ref={dots}
          variant="subtle"
          color="gray"
          disabled={disabled}
          aria-label={`Actions for ${name}`}
        >
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown
        // The item is gone when the dialog that it opens is closed; the dots are still there for the focus.
        onClickCapture={() => {
          dots.current?.focus();
        }}
      >
        {children}
      </Menu.Dropdown>
    </Menu>
  );
}
