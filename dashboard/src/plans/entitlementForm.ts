import type { EntitlementDetails, FeatureType, Reset, ResetTime } from "../catalog/catalog";

type Rollover = NonNullable<EntitlementDetails["rollover"]>;
type UsageAlerts = NonNullable<EntitlementDetails["usageAlerts"]>;

/** The fields of the form, shaped as the request is, so that the API's texts find their fields. */
export interface EntitlementValues {
  feature: string;
  details: {
    isOn: boolean;
    hasUnlimitedUsage: boolean;
    value: number | string;
    hardLimit: boolean;
    reset: Reset;
    resetTime: ResetTime;
    rollover: { enabled: boolean; percentage: number | string; limit: number | string };
    usageAlerts: {
      enabled: boolean;
      thresholdType: "PERCENTAGE" | "BALANCE";
      /** With commas between: `80, 100`. */
      thresholds: string;
    };
  };
}

export const EMPTY_ENTITLEMENT: EntitlementValues = {
  feature: "",
  details: {
    isOn: true,
    hasUnlimitedUsage: false,
    value: "",
    hardLimit: true,
    reset: "EVERY_MONTH",
    resetTime: "BEGINNING_OF_PERIOD",
    rollover: { enabled: false, percentage: 100, limit: "" },
    usageAlerts: { enabled: false, thresholdType: "PERCENTAGE", thresholds: "80, 100" },
  },
};

export function readEntitlementValues(feature: string, details: EntitlementDetails): EntitlementValues {
  const { value, hasUnlimitedUsage, hardLimit, reset, resetTime, rollover, usageAlerts } = details;
  const empty = EMPTY_ENTITLEMENT.details;
  return {
    feature,
    details: {
      isOn: value !== false,
      hasUnlimitedUsage,
      value: typeof value === "number" ? value : "",
      // Unlimited usage has no limit to be hard; if it gets one, it is hard unless that is changed.
      hardLimit: hardLimit || hasUnlimitedUsage,
      reset,
      resetTime,
      rollover: rollover ? { ...rollover, limit: rollover.limit ?? "" } : empty.rollover,
      usageAlerts: usageAlerts
        ? { ...usageAlerts, thresholds: (usageAlerts.thresholds ?? []).join(", ") }
        : empty.usageAlerts,
    },
  };
}

/** What the API checks, too, said before anything is sent. */
export function validateEntitlement(
  { feature, details }: EntitlementValues,
  type: FeatureType | undefined,
): Record<string, string | null> {
  const { hasUnlimitedUsage, value, rollover, usageAlerts } = details;
  const isMeter = type === "METER";
  return {
    feature: feature ? null : "Choose a feature.",
    "details.value":
      type === "BOOLEAN" || hasUnlimitedUsage || value !== "" ? null : "Say how much the plan gives.",
    "details.rollover.percentage":
      isMeter && rollover.enabled && rollover.percentage === "" ? "Say how much rolls over." : null,
    "details.usageAlerts.thresholds":
      isMeter && usageAlerts.enabled && !readThresholds(usageAlerts.thresholds)
        ? "Write whole numbers with commas between."
        : null,
  };
}

/** The numbers of `80, 100`; null where something else is between the commas. */
function readThresholds(text: string): number[] | null {
  const parts = text.split(",").map((part) => part.trim());
  return parts.every((part) => /^\d+$/.test(part)) ? parts.map(Number) : null;
}

/** What is sent: of each type only what belongs to it. */
export function toDetails({ details }: EntitlementValues, type: FeatureType): EntitlementDetails {
  const { isOn, hasUnlimitedUsage, hardLimit, reset, resetTime } = details;
  const unmetered = {
    hardLimit: true,
    reset: "NEVER",
    resetTime: "BEGINNING_OF_PERIOD",
    rollover: null,
    usageAlerts: null,
  } as const;
  if (type === "BOOLEAN") return { ...unmetered, value: isOn, hasUnlimitedUsage: false };
  const value = hasUnlimitedUsage ? null : Number(details.value);
  const limit = { value, hasUnlimitedUsage, hardLimit: hardLimit && !hasUnlimitedUsage };
  if (type === "CUSTOMIZABLE") return { ...unmetered, ...limit };
  return {
    ...limit,
    reset,
    resetTime,
    rollover: toRollover(details),
    usageAlerts: toUsageAlerts(details),
  };
}

function toRollover({ reset, rollover }: EntitlementValues["details"]): Rollover | null {
  if (!rollover.enabled || reset === "NEVER") return null;
  const { percentage, limit } = rollover;
  return { enabled: true, percentage: Number(percentage), limit: limit === "" ? null : Number(limit) };
}

function toUsageAlerts({ usageAlerts }: EntitlementValues["details"]): UsageAlerts | null {
  if (!usageAlerts.enabled) return null;
  const { thresholdType, thresholds } = usageAlerts;
  return { enabled: true, thresholdType, thresholds: readThresholds(thresholds) ?? [] };
}
