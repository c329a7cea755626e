import "@mantine/charts/styles.css";

import { CompositeChart, type CompositeChartSeries } from "@mantine/charts";

import type { Feature } from "../catalog/catalog";
import { unitFor } from "../catalog/useFeatures";
import { formatNumber } from "../ui/numbers";
import { labelPoint } from "./labels";
import { hasRollover, limitOf, rolledInto, type FeatureUsage } from "./usage";

const USED: CompositeChartSeries = { name: "Used", type: "bar", color: "blue.6" };
const ROLLED_OVER: CompositeChartSeries = { name: "Rolled over", type: "bar", color: "gray.5" };
const LIMIT: CompositeChartSeries = { name: "Limit", type: "line", color: "red.8", strokeDasharray: "6 4" };

interface Props {
  usage: FeatureUsage;
  feature: Feature;
  height: number;
}

/**
 * Usage as bars. Each reset window has a limit of its own, which is a line over it and includes what rolled over into
 * the window, a bar of its own where anything did. Other points are shorter or
 * longer than the windows, so the present limit is drawn only where the bars come near it.
 */
export default function UsageChart({ usage, feature, height }: Props) {
  const hasOwnLimits = usage.interval === "WINDOW";
  const data = usage.points.map((point) => ({
    start: labelPoint(point, usage),
    Used: point.value,
    ...(hasOwnLimits && { "Rolled over": rolledInto(point), Limit: limitOf(point, usage) }),
  }));
  const windowSeries = hasRollover(usage) ? [USED, ROLLED_OVER, LIMIT] : [USED, LIMIT];
  const limit = hasOwnLimits ? null : usage.usageLimit;
  return (
    <figure aria-label={`Usage of ${feature.name} over time`} style={{ margin: 0 }}>
      <CompositeChart
        h={height}
        data={data}
        dataKey="start"
        series={hasOwnLimits ? windowSeries : [USED]}
        curveType="stepAfter"
        valueFormatter={(value) => `${formatNumber(value)} ${unitFor(feature, value)}`}
        yAxisProps={{ width: 76, domain: [0, "auto"], tickFormatter: formatNumber }}
        xAxisProps={{ minTickGap: 24 }}
        tickLine="none"
        {...(limit !== null && {
          referenceLines: [{ y: limit, label: `Limit ${formatNumber(limit)}`, color: "red.8" }],
        })}
      />
    </figure>
  );
}
