import type { Feature } from "../catalog/catalog";
import { CHARGE_PERIOD_NAMES } from "../catalog/labels";
import { describeEntitlement, describePlanPrice, type Description } from "./describe";
import type { PlanVersion } from "./queries";

export type Change = "added" | "removed" | "changed";

/** One thing in both versions; null in the one that lacks it. */
export interface ComparedRow {
  key: string;
  name: string;
  from: Description | null;
  to: Description | null;
  /** Null where both say the same. */
  change: Change | null;
}

export interface ComparedGroup {
  title: string;
  rows: ComparedRow[];
}

type Named = Map<string, Description & { name: string }>;

/** What two versions of a plan say, side by side: of the plan itself, then of its prices and its features. */
export function compareVersions(
  from: PlanVersion,
  to: PlanVersion,
  features: Map<string, Feature>,
): ComparedGroup[] {
  return [
    { title: "Plan", rows: compare(describeTexts(from), describeTexts(to)) },
    { title: "Prices", rows: compare(describePrices(from), describePrices(to)) },
    { title: "Features", rows: compare(describeFeatures(from, features), describeFeatures(to, features)) },
  ];
}

/** Only the rows that differ, and the groups that have some. */
export function onlyChanges(groups: ComparedGroup[]): ComparedGroup[] {
  return withRows(
    groups.map(({ title, rows }) => ({ title, rows: rows.filter(({ change }) => change !== null) })),
  );
}

export function withRows(groups: ComparedGroup[]): ComparedGroup[] {
  return groups.filter(({ rows }) => rows.length > 0);
}

function compare(from: Named, to: Named): ComparedRow[] {
  return [...new Set([...from.keys(), ...to.keys()])].map((key) => {
    const [before, after] = [from.get(key) ?? null, to.get(key) ?? null];
    const name = (after ?? before)?.name ?? key;
    return { key, name, from: before, to: after, change: changeOf(before, after) };
  });
}

function changeOf(before: Description | null, after: Description | null): Change | null {
  if (before === null) return "added";
  if (after === null) return "removed";
  const isSame = before.value === after.value && before.terms.join("\n") === after.terms.join("\n");
  return isSame ? null : "changed";
}

function describeTexts({ plan }: PlanVersion): Named {
  const texts: [string, string | null][] = [
    ["Name", plan.name],
    ["Description", plan.description],
    ["Metadata", plan.metadata && JSON.stringify(plan.metadata)],
  ];
  return new Map(
    texts.flatMap(([name, value]) => (value === null ? [] : [[name, { name, value, terms: [] }]])),
  );
}

function describePrices({ prices }: PlanVersion): Named {
  return new Map(
    prices.map((price) => {
      const name = CHARGE_PERIOD_NAMES[price.chargePeriod];
      return [price.chargePeriod, { name, ...describePlanPrice(price) }];
    }),
  );
}

function describeFeatures({ features: entitlements }: PlanVersion, features: Map<string, Feature>): Named {
  return new Map(
    entitlements.map((entitlement) => {
      const feature = features.get(entitlement.feature);
      const name = feature?.name ?? entitlement.feature;
      return [entitlement.feature, { name, ...describeEntitlement(entitlement, feature) }];
    }),
  );
}
