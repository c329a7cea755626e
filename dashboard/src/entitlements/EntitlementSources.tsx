import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { useApi } from "../api/useApi";
import type { Feature } from "../catalog/catalog";
import type { Entitlement } from "./entitlement";
import { grantsQuery } from "./queries";
import { SourceLine } from "./SourceLine";

interface Props {
  customerId: string;
  entitlement: Entitlement;
  feature: Feature | undefined;
}

/** Where a value comes from: plans, grants and overrides, one line each. */
export function EntitlementSources({ customerId, entitlement, feature }: Props) {
  const grants = useQuery(grantsQuery(useApi(), customerId));
  return (
    <Stack gap={6}>
      {entitlement.sources.map((source) => (
        <SourceLine
          key={`${source.type} ${source.id}`}
          customerId={customerId}
          featureId={entitlement.featureId}
          isBoolean={entitlement.featureType === "BOOLEAN"}
          source={source}
          feature={feature}
          note={grants.data?.find((grant) => grant.grantId === source.id)?.note ?? null}
        />
      ))}
    </Stack>
  );
}
