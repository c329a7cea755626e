import { Progress, Stack, Text } from "@mantine/core";

import type { Feature } from "../catalog/catalog";
import { unitFor } from "../catalog/useFeatures";
import { Time } from "../time/Time";
import { formatNumber } from "../ui/numbers";
import type { Entitlement } from "./entitlement";

interface Props {
  entitlement: Entitlement;
  feature: Feature | undefined;
}

const NEAR_PERCENT = 80;

/** Used, limit and remaining of a metered feature, and when it starts again. */
export function MeterValue({ entitlement, feature }: Props) {
  const { currentUsage, usageLimit, remaining, unlimited, hardLimit, rolledOver, usagePeriodEnd } =
    entitlement;
  const used = currentUsage ?? 0;
  if (unlimited || usageLimit === null) {
    return (
      <Text size="sm">
        {formatNumber(used)} {unitFor(feature, used)} used, unlimited
      </Text>
    );
  }
  const percent = usageLimit === 0 ? 100 : Math.min(100, (used / usageLimit) * 100);
  return (
    <Stack gap={4}>
      <Text size="sm">
        {formatNumber(used)} of {formatNumber(usageLimit)} {unitFor(feature, usageLimit)}
      </Text>
      <Progress
        value={percent}
        color={percent >= 100 ? "red" : percent >= NEAR_PERCENT ? "yellow" : "blue"}
        aria-label={`${feature?.name ?? entitlement.featureId} used`}
      />
      <Text size="xs" c="dimmed" component="div">
        {formatNumber(remaining ?? 0)} left, {hardLimit ? "hard" : "soft"} limit
        {rolledOver ? `, ${formatNumber(rolledOver)} rolled over` : ""}
      </Text>
      {usagePeriodEnd && (
        <Text size="xs" c="dimmed" component="div">
          Resets <Time iso={usagePeriodEnd} as="relative" />
        </Text>
      )}
    </Stack>
  );
}
