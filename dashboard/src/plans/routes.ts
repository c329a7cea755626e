import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { rootRoute } from "../shell/rootRoute";
import { parseListFilter } from "../ui/listFilter";
import { parsePlanView } from "./planView";

const plansRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/plans",
  validateSearch: parseListFilter,
  component: lazyRouteComponent(() => import("./PlansPage"), "PlansPage"),
});

const planRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/plans/$plan",
  validateSearch: parsePlanView,
  component: lazyRouteComponent(() => import("./PlanPage"), "PlanPage"),
});

export const planRoutes = [plansRoute, planRoute] as const;
