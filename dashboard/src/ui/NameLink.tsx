import { Anchor, type AnchorProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { ComponentPropsWithRef } from "react";

interface Props extends AnchorProps, Omit<ComponentPropsWithRef<"a">, keyof AnchorProps | "children"> {
  children: string;
}

/** A name in a row that leads to its details; the whole of it is shown on hover. */
export const NameLink = createLink(NameAnchor);

function NameAnchor({ children, ...props }: Props) {
  return (
    <Anchor
      size="sm"
      fw={600}
      c="inherit"
      display="block"
      truncate
      // A name that is too long loses its end, which is at the left in some languages.
      dir="auto"
      ta="left"
      title={children}
      {...props}
    >
      {children}
    </Anchor>
  );
}
