import { Tabs } from "@mantine/core";

import type { Plan } from "../catalog/catalog";
import { CompareTab } from "./CompareTab";
import { ContentTab } from "./ContentTab";
import { MigrationTab } from "./MigrationTab";
import { parsePlanView, TABS, type PlanView, type Tab } from "./planView";

const LABELS: Record<Tab, string> = {
  content: "Versions",
  compare: "Compare",
  migration: "Migration",
};

interface Props {
  plan: Plan;
  view: PlanView;
  onShow: (view: PlanView) => void;
}

/** What the versions of a plan say. A tab loads what it shows when it is opened. */
export function PlanTabs({ plan, view, onShow }: Props) {
  return (
    <Tabs
      value={view.tab ?? "content"}
      keepMounted={false}
      onChange={(next) => {
        onShow(parsePlanView({ ...view, tab: next }));
      }}
    >
      <Tabs.List mb="lg">
        {TABS.map((each) => (
          <Tabs.Tab key={each} value={each}>
            {LABELS[each]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="content">
        <ContentTab plan={plan} view={view} onShow={onShow} />
      </Tabs.Panel>
      <Tabs.Panel value="compare">
        <CompareTab plan={plan} view={view} onShow={onShow} />
      </Tabs.Panel>
      <Tabs.Panel value="migration">
        <MigrationTab plan={plan} view={view} onShow={onShow} />
      </Tabs.Panel>
    </Tabs>
  );
}
