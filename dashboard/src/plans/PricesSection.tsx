import { Button, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPencil } from "@tabler/icons-react";

import { PricesModal } from "./PricesModal";
import { PriceTable } from "./PriceTable";
import type { PlanVersion } from "./queries";
import { SectionHead } from "./SectionHead";

interface Props {
  version: PlanVersion;
  canEdit: boolean;
}

export function PricesSection({ version, canEdit }: Props) {
  const [editing, modal] = useDisclosure(false);
  return (
    <Stack gap="xs" component="section" aria-label="Prices">
      <SectionHead title="Prices">
        {canEdit && (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPencil size={14} aria-hidden />}
            onClick={modal.open}
          >
            Edit prices
          </Button>
        )}
      </SectionHead>
      {version.prices.length === 0 ? (
        <Text size="sm" c="dimmed">
          There is no price yet. A plan needs one before it can be published.
        </Text>
      ) : (
        <PriceTable prices={version.prices} />
      )}
      {editing && <PricesModal version={version} onClose={modal.close} />}
    </Stack>
  );
}
