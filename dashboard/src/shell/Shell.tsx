import { AppShell, Burger, Group } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Outlet } from "@tanstack/react-router";

import { SignedInAs } from "../session/SignedInAs";
import { ClockNotice } from "./ClockNotice";
import { ColorSchemeButton } from "./ColorSchemeButton";
import { KeysHelp } from "./KeysHelp";
import { Logo } from "./Logo";
import { Navigation } from "./Navigation";
import classes from "./Shell.module.css";

/** What surrounds every page: the navigation at the left, which a burger opens where there is no room. */
export function Shell() {
  const [opened, navigation] = useDisclosure(false);
  return (
    <AppShell
      header={{ height: { base: 52, sm: 0 } }}
      navbar={{ width: 220, breakpoint: "sm", collapsed: { mobile: !opened } }}
      padding={{ base: "sm", sm: "xl" }}
    >
      <AppShell.Header hiddenFrom="sm">
        <Group h="100%" px="sm" gap="sm">
          <Burger opened={opened} onClick={navigation.toggle} size="sm" aria-label="Navigation" />
          <Logo />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" className={classes.navbar}>
        <AppShell.Section visibleFrom="sm" pb="md" pt="xs" px="xs">
          <Logo />
        </AppShell.Section>
        <AppShell.Section grow>
          <Navigation onNavigate={navigation.close} />
        </AppShell.Section>
        <AppShell.Section>
          <SignedInAs />
          <Group justify="space-between">
            <KeysHelp />
            <ColorSchemeButton />
          </Group>
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main>
        <div className={classes.page}>
          <ClockNotice />
          <Outlet />
        </div>
      </AppShell.Main>
    </AppShell>
  );
}
