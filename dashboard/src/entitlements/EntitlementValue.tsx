import { Text } from "@mantine/core";

import type { Feature } from "../catalog/catalog";
import { unitFor } from "../catalog/useFeatures";
import { formatNumber } from "../ui/numbers";
import type { Entitlement } from "./entitlement";
import { MeterValue } from "./MeterValue";

interface Props {
  entitlement: Entitlement;
  feature: Feature | undefined;
}

/** What the customer has of a feature: on or off, a number, or usage with its limit. */
export function EntitlementValue({ entitlement, feature }: Props) {
  const { featureType, hasAccess, unlimited, value } = entitlement;
  if (featureType === "METER") return <MeterValue entitlement={entitlement} feature={feature} />;
  if (featureType === "BOOLEAN") return <Text size="sm">{hasAccess ? "On" : "Off"}</Text>;
  if (unlimited) return <Text size="sm">Unlimited</Text>;
  return <Text size="sm">{value === null ? "–" : `${formatNumber(value)} ${unitFor(feature, value)}`}</Text>;
}
