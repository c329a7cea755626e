import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { rootRoute } from "../shell/rootRoute";
import { CustomersPage } from "./CustomersPage";
import { parseListFilter } from "./listFilter";

export const customersRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/customers",
  validateSearch: parseListFilter,
  component: CustomersPage,
});

export const customerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/customers/$customerId",
  component: lazyRouteComponent(() => import("./CustomerPage"), "CustomerPage"),
});

export const customerRoutes = [customersRoute, customerRoute] as const;
