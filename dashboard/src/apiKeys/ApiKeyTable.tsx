import { useState } from "react";

import { DataTable, type Column } from "../ui/DataTable";
import type { ApiKey } from "./apiKey";
import { ApiKeyRow } from "./ApiKeyRow";
import { RevokeApiKeyModal } from "./RevokeApiKeyModal";

const ROW_HEIGHT = 58;
const COLUMNS: readonly Column[] = [
  { title: "Name" },
  { title: "Key", width: 168, isWide: true },
  { title: "Kind", width: 112, isWide: true },
  { title: "Created", width: 136, isWide: true },
  { title: "Last used", width: 136, isWide: true },
  { title: "Actions", width: 108, isUntitled: true },
];

/** Keys, one a row. Without keys, it is loading. */
export function ApiKeyTable({ label, keys }: { label: string; keys: ApiKey[] | undefined }) {
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  return (
    <>
      <DataTable label={label} columns={COLUMNS} rowHeight={ROW_HEIGHT}>
        {keys?.map((apiKey) => (
          <ApiKeyRow
            key={apiKey.id}
            apiKey={apiKey}
            onRevoke={() => {
              setRevoking(apiKey);
            }}
          />
        ))}
      </DataTable>
      {revoking && (
        <RevokeApiKeyModal
          apiKey={revoking}
          onClose={() => {
            setRevoking(null);
          }}
        />
      )}
    </>
  );
}
