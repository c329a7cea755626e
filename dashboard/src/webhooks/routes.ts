import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { rootRoute } from "../shell/rootRoute";
import { parseLogFilter } from "./logFilter";

const webhooksRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/webhooks",
  validateSearch: parseLogFilter,
  component: lazyRouteComponent(() => import("./WebhooksPage"), "WebhooksPage"),
});

export const webhookRoutes = [webhooksRoute] as const;
