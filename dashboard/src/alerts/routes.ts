import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { rootRoute } from "../shell/rootRoute";
import { parseAlertFilter } from "./alertFilter";

const alertsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/alerts",
  validateSearch: parseAlertFilter,
  component: lazyRouteComponent(() => import("./AlertsPage"), "AlertsPage"),
});

export const alertRoutes = [alertsRoute] as const;
