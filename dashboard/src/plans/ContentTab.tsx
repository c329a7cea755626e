import { Group, Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { useMayWrite } from "../access/access";
import { useApi } from "../api/useApi";
import type { Plan } from "../catalog/catalog";
import { ErrorNotice } from "../ui/ErrorNotice";
import { FeaturesSection } from "./FeaturesSection";
import { parsePlanView, type PlanView } from "./planView";
import { PricesSection } from "./PricesSection";
import { planVersionQuery } from "./queries";
import { VersionHint } from "./VersionHint";
import { listVersions, newestVersion } from "./versions";
import { VersionSelect } from "./VersionSelect";

interface Props {
  plan: Plan;
  view: PlanView;
  onShow: (view: PlanView) => void;
}

/** What one version gives, and what it costs. Only the newest can be changed, and only of a plan in use. */
export function ContentTab({ plan, view, onShow }: Props) {
  const versions = listVersions(plan);
  const newest = newestVersion(plan);
  const shown = view.version && versions.includes(view.version) ? view.version : newest;
  const version = useQuery(planVersionQuery(useApi(), plan.identifier, shown));
  const canEdit = useMayWrite() && !plan.isArchived && shown === newest;
  return (
    <Stack gap="lg">
      <Group gap="md" align="flex-end">
        <VersionSelect
          label="Version"
          plan={plan}
          versions={versions}
          value={shown}
          onChange={(next) => {
            onShow(parsePlanView({ ...view, version: next === newest ? undefined : next }));
          }}
        />
        <VersionHint plan={plan} version={shown} canEdit={canEdit} />
      </Group>
      {version.isError && (
        <ErrorNotice
          title="This version cannot be shown"
          error={version.error}
          onRetry={() => void version.refetch()}
        />
      )}
      {version.isPending && <Skeleton height={240} role="status" aria-label="Loading the version" />}
      {version.data && (
        <>
          <PricesSection version={version.data} canEdit={canEdit} />
          <FeaturesSection version={version.data} canEdit={canEdit} />
        </>
      )}
    </Stack>
  );
}
