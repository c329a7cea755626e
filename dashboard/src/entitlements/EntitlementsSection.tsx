import { Button, Group, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconGift, IconReplace } from "@tabler/icons-react";

import { EntitlementList } from "./EntitlementList";
import { GrantModal } from "./GrantModal";
import { OverrideModal } from "./OverrideModal";

interface Props {
  customerId: string;
  /** Nothing is given to an archived customer. */
  canAdjust: boolean;
}

/** What a customer may do, how much is left, and where it comes from. */
export function EntitlementsSection({ customerId, canAdjust }: Props) {
  const [granting, grant] = useDisclosure(false);
  const [overriding, override] = useDisclosure(false);
  return (
    <Stack gap="md">
      {canAdjust && (
        <Group justify="flex-end" gap="xs">
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
      <EntitlementList customerId={customerId} />
      {granting && <GrantModal customerId={customerId} onClose={grant.close} />}
      {overriding && <OverrideModal customerId={customerId} onClose={override.close} />}
    </Stack>
  );
}
