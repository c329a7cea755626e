import { Button, Group, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconGift, IconReplace } from "@tabler/icons-react";

import { useMayWrite } from "../access/access";
import { AsOfInput } from "./AsOfInput";
import { EntitlementList } from "./EntitlementList";
import { GrantModal } from "./GrantModal";
import { OverrideModal } from "./OverrideModal";
import type { EntitlementsView } from "./view";

interface Props {
  customerId: string;
  /** Nothing is given to an archived customer. */
  canAdjust: boolean;
  view: EntitlementsView;
  onChange: (view: EntitlementsView) => void;
}

/** What a customer may do, how much is left, and where it comes from. */
export function EntitlementsSection({ customerId, canAdjust, view, onChange }: Props) {
  const mayWrite = useMayWrite();
  const [granting, grant] = useDisclosure(false);
  const [overriding, override] = useDisclosure(false);
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-end" gap="xs">
        <AsOfInput view={view} onChange={onChange} />
        {mayWrite && canAdjust && (
          <Group gap="xs">
            <Button variant="default" leftSection={<IconGift size={16} aria-hidden />} onClick={grant.open}>
              Add grant
            </Button>
            <Button
              variant="default"
              leftSection={<IconReplace size={16} aria-hidden />}
              onClick={override.open}
            >
              Set override
            </Button>
          </Group>
        )}
      </Group>
      <EntitlementList customerId={customerId} view={view} />
      {granting && <GrantModal customerId={customerId} onClose={grant.close} />}
      {overriding && <OverrideModal customerId={customerId} onClose={override.close} />}
    </Stack>
  );
}
