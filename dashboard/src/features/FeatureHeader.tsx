import { Group, Stack, Text } from "@mantine/core";
import { useState } from "react";

import type { Feature } from "../catalog/catalog";
import { BackLink } from "../ui/BackLink";
import { recallView } from "../ui/lastView";
import { PageTitle } from "../ui/PageTitle";
import { StatusBadge } from "../ui/StatusBadge";
import { ArchiveFeatureModal } from "./ArchiveFeatureModal";
import { EditFeatureModal } from "./EditFeatureModal";
import { FeatureMenu } from "./FeatureMenu";

/** What the feature is called, with what can be done with it. */
export function FeatureHeader({ feature }: { feature: Feature }) {
  const [action, setAction] = useState<"edit" | "archive" | null>(null);
  const close = () => {
    setAction(null);
  };
  return (
    <Stack gap="xs">
      <BackLink to="/features" search={recallView("/features")}>
        Features
      </BackLink>
      <PageTitle title={feature.name}>
        <Group gap="sm" wrap="nowrap">
          <StatusBadge status={feature.isArchived ? "archived" : "active"} />
          {!feature.isArchived && (
            <FeatureMenu
              feature={feature}
              onEdit={() => {
                setAction("edit");
              }}
              onArchive={() => {
                setAction("archive");
              }}
            />
          )}
        </Group>
      </PageTitle>
      {feature.description && (
        <Text size="sm" dir="auto" ta="left" style={{ whiteSpace: "pre-line" }}>
          {feature.description}
        </Text>
      )}
      {action === "edit" && <EditFeatureModal feature={feature} onClose={close} />}
      {action === "archive" && <ArchiveFeatureModal feature={feature} onClose={close} />}
    </Stack>
  );
}
