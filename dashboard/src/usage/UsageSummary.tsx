import { ActionIcon, Button, Group, Text, Tooltip } from "@mantine/core";
import { IconDownload, IconRefresh } from "@tabler/icons-react";

import type { Feature } from "../catalog/catalog";
import { unitFor } from "../catalog/useFeatures";
import { Time } from "../time/Time";
import { formatNumber } from "../ui/numbers";
import { downloadCsv } from "./csv";
import type { FeatureUsage } from "./usage";

interface Props {
  usage: FeatureUsage;
  feature: Feature;
  onRefresh: () => void;
}

/** The total, as of when, and what can be done with it. */
export function UsageSummary({ usage, feature, onRefresh }: Props) {
  return (
    <Group justify="space-between" align="flex-end">
      <div>
        <Text size="xl" fw={650}>
          {formatNumber(usage.total)} {unitFor(feature, usage.total)}
        </Text>
        <Text size="xs" c="dimmed" component="div">
          {usage.usageLimit !== null && `Limit now ${formatNumber(usage.usageLimit)}. `}
          As of <Time iso={usage.asOf} as="moment" focusable />
        </Text>
      </div>
      <Group gap="xs">
        <Button
          variant="default"
          size="xs"
          leftSection={<IconDownload size={16} aria-hidden />}
          onClick={() => {
            downloadCsv(usage);
          }}
        >
          CSV
        </Button>
        <Tooltip label="Refresh">
          <ActionIcon variant="default" size={30} aria-label="Refresh" onClick={onRefresh}>
            <IconRefresh size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Group>
    </Group>
  );
}
