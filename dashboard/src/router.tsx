import { createRoute, createRouter, redirect } from "@tanstack/react-router";

import { alertRoutes } from "./alerts/routes";
import { apiKeyRoutes } from "./apiKeys/routes";
import { importRoutes } from "./customerImport/routes";
import { customerRoutes } from "./customers/routes";
import { featureRoutes } from "./features/routes";
import { subscriptionRoutes } from "./subscriptions/routes";
import { planRoutes } from "./plans/routes";
import { ErrorPage } from "./shell/ErrorPage";
import { NotFoundPage } from "./shell/NotFoundPage";
import { rootRoute } from "./shell/rootRoute";
import { rememberView } from "./ui/lastView";
import { webhookRoutes } from "./webhooks/routes";

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  beforeLoad: () => redirect({ to: "/customers", throw: true }),
});

/** Each area adds its routes here. */
const routeTree = rootRoute.addChildren([
  homeRoute,
  ...customerRoutes,
  ...importRoutes,
  ...featureRoutes,
  ...subscriptionRoutes,
  ...planRoutes,
  ...alertRoutes,
  ...webhookRoutes,
  ...apiKeyRoutes,
]);

export const router = createRouter({
  routeTree,
  defaultErrorComponent: ErrorPage,
  defaultNotFoundComponent: NotFoundPage,
  defaultPreload: "intent",
  scrollRestoration: true,
});

router.subscribe("onResolved", ({ toLocation: { pathname, search } }) => {
  rememberView(pathname, search);
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
