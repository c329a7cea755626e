import { parseActivityView, type ActivityView } from "../activity/view";
import { parseEntitlementsView, type EntitlementsView } from "../entitlements/view";
import { parseUsageView, type UsageView } from "../usage/view";

export const TABS = ["subscriptions", "entitlements", "usage", "activity"] as const;
export type Tab = (typeof TABS)[number];

/** Which tab of the details is open, and what its sections show. It lives in the URL. */
export interface DetailsView extends EntitlementsView, UsageView, ActivityView {
  tab?: Tab;
}

export function parseDetailsView(search: Record<string, unknown>): DetailsView {
  const tab = TABS.find((known) => known === search.tab);
  return {
    ...(tab && { tab }),
    ...parseEntitlementsView(search),
    ...parseUsageView(search),
    ...parseActivityView(search),
  };
}

/** The view with another page or kind of activity, in place of those that it has. */
export function withActivity(
  { tab, at, feature, range, interval }: DetailsView,
  activity: ActivityView,
): DetailsView {
  return {
    ...(tab && { tab }),
    ...(at && { at }),
    ...(feature && { feature }),
    ...(range && { range }),
    ...(interval && { interval }),
    ...activity,
  };
}
