import type { Plan } from "../catalog/catalog";

export type VersionStatus = "draft" | "sold" | "earlier";

/** The number of the version that an edit changes: the draft, or the published one that a draft is made from. */
export function newestVersion({ draftVersion, publishedVersion }: Plan): number {
  return draftVersion ?? publishedVersion ?? 1;
}

/** The numbers of all versions, newest first. Published ones are never removed. */
export function listVersions(plan: Plan): number[] {
  const newest = newestVersion(plan);
  return Array.from({ length: newest }, (_, index) => newest - index);
}

export function statusOf({ draftVersion, publishedVersion }: Plan, version: number): VersionStatus {
  if (version === draftVersion) return "draft";
  return version === publishedVersion ? "sold" : "earlier";
}

export const VERSION_STATUSES: Record<VersionStatus, string> = {
  draft: "Draft",
  sold: "Sold now",
  earlier: "Sold before",
};

/** `Version 3 (draft)`. */
export function nameVersion(plan: Plan, version: number): string {
  const status = statusOf(plan, version);
  return status === "earlier"
    ? `Version ${version}`
    : `Version ${version} (${VERSION_STATUSES[status].toLowerCase()})`;
}
