import { IconChevronLeft } from "@tabler/icons-react";
import { createLink } from "@tanstack/react-router";
import { Anchor, type AnchorProps } from "@mantine/core";
import type { ComponentPropsWithRef } from "react";

type Props = AnchorProps & Omit<ComponentPropsWithRef<"a">, keyof AnchorProps>;

/** The way from a page about one thing back to their list. */
export const BackLink = createLink(BackAnchor);

function BackAnchor({ children, ...props }: Props) {
  return (
    <Anchor size="sm" w="fit-content" display="flex" style={{ alignItems: "center", gap: 4 }} {...props}>
      <IconChevronLeft size={16} aria-hidden />
      {children}
    </Anchor>
  );
}
