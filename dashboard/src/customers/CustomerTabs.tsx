import { Tabs } from "@mantine/core";

import { ActivitySection } from "../activity/ActivitySection";
import { EntitlementsSection } from "../entitlements/EntitlementsSection";
import { SubscriptionsSection } from "../subscriptions/SubscriptionsSection";
import { UsageSection } from "../usage/UsageSection";
import type { Customer } from "./customer";
import { parseDetailsView, TABS, withActivity, type DetailsView, type Tab } from "./detailsView";

const LABELS: Record<Tab, string> = {
  subscriptions: "Subscriptions",
  entitlements: "Entitlements",
  usage: "Usage",
  activity: "Activity",
};

interface Props {
  customer: Customer;
  view: DetailsView;
  onChange: (view: DetailsView) => void;
}

/** What the customer has. A tab loads what it shows when it is opened. */
export function CustomerTabs({ customer, view, onChange }: Props) {
  const { customerId } = customer;
  const isActive = customer.status === "active";
  return (
    <Tabs
      value={view.tab ?? "subscriptions"}
      keepMounted={false}
      onChange={(tab) => {
        onChange({ ...view, tab: tab as Tab });
      }}
    >
      <Tabs.List mb="lg">
        {TABS.map((tab) => (
          <Tabs.Tab key={tab} value={tab} px={{ base: 6, xs: "md" }}>
            {LABELS[tab]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="subscriptions">
        <SubscriptionsSection customerId={customerId} canSubscribe={isActive} />
      </Tabs.Panel>
      <Tabs.Panel value="entitlements">
        <EntitlementsSection
          customerId={customerId}
          canAdjust={isActive}
          view={view}
          onChange={({ at }) => {
            onChange(parseDetailsView({ ...view, at }));
          }}
        />
      </Tabs.Panel>
      <Tabs.Panel value="usage">
        <UsageSection
          customerId={customerId}
          view={view}
          onChange={(usage) => {
            onChange({ ...view, ...usage });
          }}
        />
      </Tabs.Panel>
      <Tabs.Panel value="activity">
        <ActivitySection
          customerId={customerId}
          view={view}
          onChange={(activity) => {
            onChange(withActivity(view, activity));
          }}
        />
      </Tabs.Panel>
    </Tabs>
  );
}
