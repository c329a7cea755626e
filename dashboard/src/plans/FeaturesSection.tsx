import { Button, Stack, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";

import type { PlanFeature } from "../catalog/catalog";
import { useFeatures } from "../catalog/useFeatures";
import { AddFeatureModal } from "./AddFeatureModal";
import { EditEntitlementModal } from "./EditEntitlementModal";
import { PlanFeatureTable } from "./PlanFeatureTable";
import type { PlanVersion } from "./queries";
import { RemoveFeatureModal } from "./RemoveFeatureModal";
import { SectionHead } from "./SectionHead";

interface Props {
  version: PlanVersion;
  canEdit: boolean;
}

type Action = { kind: "add" } | { kind: "edit" | "remove"; entitlement: PlanFeature } | null;

export function FeaturesSection({ version, canEdit }: Props) {
  const [action, setAction] = useState<Action>(null);
  const features = useFeatures();
  const close = () => {
    setAction(null);
  };
  return (
    <Stack gap="xs" component="section" aria-label="Features">
      <SectionHead title="Features">
        {canEdit && (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => {
              setAction({ kind: "add" });
            }}
          >
            Add feature
          </Button>
        )}
      </SectionHead>
      {version.features.length === 0 ? (
        <Text size="sm" c="dimmed">
          This version gives no feature.
        </Text>
      ) : (
        <PlanFeatureTable
          entitlements={version.features}
          features={features}
          canEdit={canEdit}
          onChoose={(kind, entitlement) => {
            setAction({ kind, entitlement });
          }}
        />
      )}
      {action?.kind === "add" && <AddFeatureModal version={version} onClose={close} />}
      {action?.kind === "edit" && (
        <EditEntitlementModal version={version} entitlement={action.entitlement} onClose={close} />
      )}
      {action?.kind === "remove" && (
        <RemoveFeatureModal version={version} entitlement={action.entitlement} onClose={close} />
      )}
    </Stack>
  );
}
