import { readTerms, type Terms } from "./adjustment";
import type { GrantCreate } from "./entitlement";

export interface GrantValues extends Terms {
  featureId: string;
  value: number | string;
  reset: "" | "NEVER";
}

export const EMPTY_GRANT: GrantValues = { featureId: "", value: "", reset: "", note: "", expiresOn: "" };

export function isCompleteGrant({ featureId, value }: GrantValues, isBoolean: boolean): boolean {
  return featureId !== "" && (isBoolean || (typeof value === "number" && value > 0));
}

export function toGrantCreate(
  { featureId, value, reset, ...terms }: GrantValues,
  isBoolean: boolean,
): GrantCreate {
  return {
    featureId,
    value: isBoolean || Number(value),
    reset: reset || null,
    resetTime: "BEGINNING_OF_PERIOD",
    ...readTerms(terms),
  };
}
