import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { rootRoute } from "../shell/rootRoute";

const subscriptionRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/subscriptions/$subscriptionId",
  component: lazyRouteComponent(() => import("./SubscriptionPage"), "SubscriptionPage"),
});

export const subscriptionRoutes = [subscriptionRoute] as const;
