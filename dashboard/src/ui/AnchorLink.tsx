import { Anchor } from "@mantine/core";
import { createLink } from "@tanstack/react-router";

/** A text that leads to another view; the router checks where to. */
export const AnchorLink = createLink(Anchor<"a">);
