export const TABS = ["content", "compare", "migration"] as const;
export type Tab = (typeof TABS)[number];

/** What a plan's page shows. It lives in the URL, without what is as it is by default. */
export interface PlanView {
  tab?: Exclude<Tab, "content">;
  /** The version whose content is shown; by default the draft, or without one the version that is sold. */
  version?: number;
  /** The versions that are compared: the older one, and the newer one. */
  from?: number;
  to?: number;
  /** Whether the comparison leaves out what is the same. */
  changes?: true;
  /** The version whose migration is shown. */
  migration?: number;
}

const VERSION_FIELDS = ["version", "from", "to", "migration"] as const;

/** Reads the view from a URL that anybody may have written. */
export function parsePlanView(search: Record<string, unknown>): PlanView {
  const view: PlanView = {};
  if (search.tab === "compare" || search.tab === "migration") view.tab = search.tab;
  if (search.changes === true) view.changes = true;
  for (const name of VERSION_FIELDS) {
    const value = search[name];
    if (typeof value === "number" && Number.isInteger(value) && value > 0) view[name] = value;
  }
  return view;
}
