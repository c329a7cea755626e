import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { rootRoute } from "../shell/rootRoute";

const importRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/customers/import",
  component: lazyRouteComponent(() => import("./ImportPage"), "ImportPage"),
});

export const importRoutes = [importRoute] as const;
