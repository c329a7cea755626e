import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { rootRoute } from "../shell/rootRoute";
import { parseListFilter } from "../ui/listFilter";

const featuresRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/features",
  validateSearch: parseListFilter,
  component: lazyRouteComponent(() => import("./FeaturesPage"), "FeaturesPage"),
});

const featureRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/features/$feature",
  component: lazyRouteComponent(() => import("./FeaturePage"), "FeaturePage"),
});

export const featureRoutes = [featuresRoute, featureRoute] as const;
