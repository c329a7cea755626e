import type { components } from "../api/schema.gen";

export type Entitlement = components["schemas"]["RichEntitlement"];
export type EntitlementSource = components["schemas"]["EntitlementSource"];
export type Grant = components["schemas"]["GrantModel"];
export type Override = components["schemas"]["AdjustmentModel"];
export type GrantCreate = components["schemas"]["GrantCreate"];
export type OverrideSet = components["schemas"]["AdjustmentSet"];
export type DenialReason = components["schemas"]["DenialReason"];

/** Why access is denied, in words. */
export const DENIAL_REASONS: Record<DenialReason, string> = {
  CustomerNotFound: "There is no such customer.",
  CustomerIsArchived: "The customer is archived.",
  FeatureNotFound: "There is no such feature.",
  NoActiveSubscription: "There is no active subscription.",
  NoFeatureEntitlementInSubscription: "No subscription has this feature.",
  RequestedUsageExceedingLimit: "The limit is used up.",
  Revoked: "An override takes it away.",
};
