import { Button } from "@mantine/core";
import { createLink } from "@tanstack/react-router";

/** A button that leads to another view; the router checks where to. */
export const ButtonLink = createLink(Button<"a">);
