import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { rootRoute } from "../shell/rootRoute";
import { parseCustomerFilter } from "./customerFilter";
import { CustomersPage } from "./CustomersPage";
import { parseDetailsView } from "./detailsView";

export const customersRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/customers",
  validateSearch: parseCustomerFilter,
  component: CustomersPage,
});

export const customerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/customers/$customerId",
  validateSearch: parseDetailsView,
  component: lazyRouteComponent(() => import("./CustomerPage"), "CustomerPage"),
});

export const customerRoutes = [customersRoute, customerRoute] as const;
