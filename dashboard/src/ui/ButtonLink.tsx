import { Button, type ButtonProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { ComponentPropsWithRef } from "react";

type Props = ButtonProps & Omit<ComponentPropsWithRef<"a">, keyof ButtonProps>;

/** A link that looks like a button; the router checks where it leads. */
export const ButtonLink = createLink(AnchorButton);

function AnchorButton(props: Props) {
  return <Button component="a" {...props} />;
}
