import { NumberInput } from "@mantine/core";

import type { Feature, PlanFeature } from "../catalog/catalog";
import { unitFor } from "../catalog/useFeatures";
import { formatNumber } from "../ui/numbers";

interface Props {
  planFeature: PlanFeature;
  feature: Feature | undefined;
  value: number | string;
  onChange: (value: number | string) => void;
}

/** How much of one feature is bought; left empty, it is what the plan gives. */
export function QuantityInput({ planFeature, feature, value, onChange }: Props) {
  const own = Number(planFeature.details.value ?? 0);
  return (
    <NumberInput
      label={feature?.name ?? planFeature.feature}
      description={`The plan has ${formatNumber(own)} ${unitFor(feature, own)}`.trim()}
      min={0}
      max={Number.MAX_SAFE_INTEGER}
      allowDecimal={false}
      thousandSeparator
      placeholder={formatNumber(own)}
      value={value}
      onChange={onChange}
    />
  );
}
