import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";

import { isProblem } from "../api/problem";
import { useApi } from "../api/useApi";
import { ErrorNotice } from "../ui/ErrorNotice";
import { PageSkeleton } from "../ui/PageSkeleton";
import { subscriptionQuery } from "./queries";
import { SubscribedFeatures } from "./SubscribedFeatures";
import { SubscriptionFacts } from "./SubscriptionFacts";
import { SubscriptionHeader } from "./SubscriptionHeader";
import { SubscriptionNotices } from "./SubscriptionNotices";
import { UnknownSubscription } from "./UnknownSubscription";

const route = getRouteApi("/subscriptions/$subscriptionId");

export function SubscriptionPage() {
  const { subscriptionId } = route.useParams();
  const subscription = useQuery(subscriptionQuery(useApi(), subscriptionId));
  if (subscription.isPending) return <PageSkeleton label="Loading the subscription" />;
  if (isProblem(subscription.error, "subscription_not_found")) {
    return <UnknownSubscription subscriptionId={subscriptionId} />;
  }
  if (subscription.isError) {
    return (
      <ErrorNotice
        title="The subscription cannot be shown"
        error={subscription.error}
        onRetry={() => void subscription.refetch()}
      />
    );
  }
  return (
    <Stack gap="lg">
      <SubscriptionHeader subscription={subscription.data} />
      <SubscriptionNotices subscription={subscription.data} />
      <SubscriptionFacts subscription={subscription.data} />
      <SubscribedFeatures features={subscription.data.features} />
    </Stack>
  );
}
