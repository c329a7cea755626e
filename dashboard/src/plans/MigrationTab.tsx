import { Group, Stack, Text } from "@mantine/core";
import { IconUsersGroup } from "@tabler/icons-react";

import type { Plan } from "../catalog/catalog";
import { EmptyState } from "../ui/EmptyState";
import { MigrationProgress } from "./MigrationProgress";
import type { PlanView } from "./planView";
import { listVersions } from "./versions";
import { VersionSelect } from "./VersionSelect";

interface Props {
  plan: Plan;
  view: PlanView;
  onShow: (view: PlanView) => void;
}

/** How subscribers get, or got, to a published version; at first to the one that is sold. */
export function MigrationTab({ plan, view, onShow }: Props) {
  const published = plan.publishedVersion ?? 0;
  const versions = listVersions(plan).filter((version) => version > 1 && version <= published);
  if (versions.length === 0) {
    return (
      <EmptyState icon={<IconUsersGroup size={40} aria-hidden />} title="Nobody can be moved yet">
        <Text size="sm" c="dimmed">
          Subscribers of older versions are moved to a new one when it is published, if you choose so.
        </Text>
      </EmptyState>
    );
  }
  const shown = view.migration && versions.includes(view.migration) ? view.migration : published;
  return (
    <Stack gap="md">
      <Group>
        <VersionSelect
          label="To version"
          plan={plan}
          versions={versions}
          value={shown}
          onChange={(migration) => {
            onShow({ ...view, migration });
          }}
        />
      </Group>
      <MigrationProgress plan={plan.identifier} version={shown} />
    </Stack>
  );
}
