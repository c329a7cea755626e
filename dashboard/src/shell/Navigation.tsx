import { NavLink } from "@mantine/core";
import { IconBell, IconKey, IconPackage, IconPuzzle, IconUsers, IconWebhook } from "@tabler/icons-react";
import { Link, useLocation } from "@tanstack/react-router";

/** Each area adds its pages here, in the order of the navigation. */
const PAGES = [
  { to: "/customers", label: "Customers", Icon: IconUsers },
  { to: "/plans", label: "Plans", Icon: IconPackage },
  { to: "/features", label: "Features", Icon: IconPuzzle },
  { to: "/alerts", label: "Alerts", Icon: IconBell },
  { to: "/webhooks", label: "Webhooks", Icon: IconWebhook },
  { to: "/api-keys", label: "API keys", Icon: IconKey },
] as const;

export function Navigation({ onNavigate }: { onNavigate: () => void }) {
  const { pathname } = useLocation();
  return (
    <nav aria-label="Main">
      {PAGES.map(({ to, label, Icon }) => (
        <NavLink
          key={to}
          component={Link}
          to={to}
          label={label}
          leftSection={<Icon size={18} aria-hidden />}
          active={pathname === to || pathname.startsWith(`${to}/`)}
          onClick={onNavigate}
          variant="light"
        />
      ))}
    </nav>
  );
}
