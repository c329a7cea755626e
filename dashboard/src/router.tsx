import { createRoute, createRouter, redirect } from "@tanstack/react-router";

import { customerRoutes } from "./customers/routes";
import { ErrorPage } from "./shell/ErrorPage";
import { NotFoundPage } from "./shell/NotFoundPage";
import { rootRoute } from "./shell/rootRoute";

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  beforeLoad: () => redirect({ to: "/customers", throw: true }),
});

/** Each area adds its routes here. */
const routeTree = rootRoute.addChildren([homeRoute, ...customerRoutes]);

export const router = createRouter({
  routeTree,
  defaultErrorComponent: ErrorPage,
  defaultNotFoundComponent: NotFoundPage,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
