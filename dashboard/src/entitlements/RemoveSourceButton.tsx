import { ActionIcon, Tooltip } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";

import { IfMayWrite } from "../access/IfMayWrite";
import { notifyError, notifySuccess } from "../ui/notify";
import type { EntitlementSource } from "./entitlement";
import { useRemoveGrant, useRemoveOverride } from "./mutations";

interface Props {
  customerId: string;
  featureId: string;
  source: EntitlementSource;
}

/** Takes a grant or an override away. */
export function RemoveSourceButton({ customerId, featureId, source }: Props) {
  const removeGrant = useRemoveGrant(customerId);
  const removeOverride = useRemoveOverride(customerId);
  const isGrant = source.type === "grant";
  const label = isGrant ? `Remove the grant of ${featureId}` : `Remove the override of ${featureId}`;
  const options = {
    onSuccess: () => {
      notifySuccess(isGrant ? "The grant was removed." : "The override was removed.");
    },
    onError: (error: Error) => {
      notifyError("Nothing was removed", error);
    },
  };
  const remove = () => {
    if (isGrant) removeGrant.mutate(source.id, options);
    else removeOverride.mutate(featureId, options);
  };
  return (
    <IfMayWrite>
      <Tooltip label={label}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={label}
          loading={removeGrant.isPending || removeOverride.isPending}
          onClick={remove}
        >
          <IconTrash size={14} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </IfMayWrite>
  );
}
