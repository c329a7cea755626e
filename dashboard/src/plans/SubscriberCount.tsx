import { Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { useApi } from "../api/useApi";
import { formatCount } from "../ui/numbers";
import { subscriberCountQuery } from "./queries";

/** How many live subscriptions a version has; it is not worth a notice if that cannot be read. */
export function SubscriberCount({ plan, version }: { plan: string; version: number }) {
  const { data, isError } = useQuery(subscriberCountQuery(useApi(), plan, version));
  if (isError) return null;
  if (!data) return <Skeleton height={20} width={140} role="status" aria-label="Counting the subscribers" />;
  return (
    <Text size="sm" fw={600}>
      {data.countIsExact ? "" : "At least "}
      {formatCount(data.count, "live subscriber")}
    </Text>
  );
}
