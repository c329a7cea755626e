import { Button, Collapse, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconChevronUp } from "@tabler/icons-react";

import type { PlanFeature } from "../catalog/catalog";
import { useFeatures } from "../catalog/useFeatures";
import { QuantityInput } from "./QuantityInput";
import { hasQuantity, type Quantities } from "./terms";

interface Props {
  /** Those of the plan that is chosen. */
  features: PlanFeature[];
  quantities: Quantities;
  onChange: (quantities: Quantities) => void;
}

/** How much of each feature is bought, in place of what the plan gives. Few need it, so it is folded at first. */
export function QuantitiesInput({ features, quantities, onChange }: Props) {
  const [opened, { toggle }] = useDisclosure(false);
  const known = useFeatures();
  const countable = features.filter(hasQuantity);
  if (countable.length === 0) return null;
  const Icon = opened ? IconChevronUp : IconChevronDown;
  return (
    <div>
      <Button
        variant="subtle"
        size="compact-sm"
        rightSection={<Icon size={14} aria-hidden />}
        aria-expanded={opened}
        onClick={toggle}
      >
        Quantities
      </Button>
      <Collapse expanded={opened}>
        <Stack gap="sm" mt="xs">
          {countable.map((planFeature) => (
            <QuantityInput
              key={planFeature.feature}
              planFeature={planFeature}
              feature={known.get(planFeature.feature)}
              value={quantities[planFeature.feature] ?? ""}
              onChange={(quantity) => {
                onChange({ ...quantities, [planFeature.feature]: quantity });
              }}
            />
          ))}
        </Stack>
      </Collapse>
    </div>
  );
}
