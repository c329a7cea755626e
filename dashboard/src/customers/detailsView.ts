import { parseUsageView, type UsageView } from "../usage/view";

export const TABS = ["subscriptions", "entitlements", "usage"] as const;
export type Tab = (typeof TABS)[number];

/** Which tab of the details is open, and what the usage shows. It lives in the URL. */
export interface DetailsView extends UsageView {
  tab?: Tab;
}

export function parseDetailsView(search: Record<string, unknown>): DetailsView {
  const tab = TABS.find((known) => known === search.tab);
  return { ...(tab && { tab }), ...parseUsageView(search) };
}
