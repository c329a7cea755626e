import { RESETS } from "../catalog/labels";
import { formatNumber } from "../ui/numbers";
import type { PreviewedEntitlement } from "./subscription";

interface Change {
  featureId: string;
  from: string;
  to: string;
}

/** The features for which a customer has something else before and after. */
export function listChanges(before: PreviewedEntitlement[], after: PreviewedEntitlement[]): Change[] {
  const old = new Map(before.map((entitlement) => [entitlement.featureId, entitlement]));
  const next = new Map(after.map((entitlement) => [entitlement.featureId, entitlement]));
  return [...new Set([...old.keys(), ...next.keys()])]
    .map((featureId) => ({
      featureId,
      from: describe(old.get(featureId)),
      to: describe(next.get(featureId)),
    }))
    .filter(({ from, to }) => from !== to);
}

function describe(entitlement: PreviewedEntitlement | undefined): string {
  if (!entitlement?.hasAccess) return "None";
  const { featureType, value, unlimited, reset } = entitlement;
  if (featureType === "BOOLEAN") return "Included";
  const amount = unlimited || value === null ? "Unlimited" : formatNumber(value);
  return featureType === "METER" && reset ? `${amount} ${RESETS[reset]}` : amount;
}
