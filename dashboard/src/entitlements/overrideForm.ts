import type { FeatureType } from "../catalog/catalog";
import { readTerms, type Terms } from "./adjustment";
import type { OverrideSet } from "./entitlement";

export interface OverrideValues extends Terms {
  feature: string;
  value: number | string;
  isOn: boolean;
  hasUnlimitedUsage: boolean;
  hardLimit: boolean;
}

export const EMPTY_OVERRIDE: OverrideValues = {
  feature: "",
  value: "",
  isOn: true,
  hasUnlimitedUsage: false,
  hardLimit: true,
  note: "",
  expiresOn: "",
};

export function isCompleteOverride(
  { feature, value, hasUnlimitedUsage }: OverrideValues,
  type: FeatureType | undefined,
): boolean {
  return feature !== "" && (type === "BOOLEAN" || hasUnlimitedUsage || typeof value === "number");
}

export function toOverrideSet(values: OverrideValues, type: FeatureType | undefined): OverrideSet {
  const { value, isOn, hasUnlimitedUsage, hardLimit, note, expiresOn } = values;
  const number = hasUnlimitedUsage ? null : Number(value);
  const isBoolean = type === "BOOLEAN";
  return {
    type: "override",
    value: isBoolean ? isOn : number,
    hasUnlimitedUsage: !isBoolean && hasUnlimitedUsage,
    hardLimit: type !== "METER" || (hardLimit && !hasUnlimitedUsage),
    resetTime: "BEGINNING_OF_PERIOD",
    ...readTerms({ note, expiresOn }),
  };
}
