import type { Terms } from "./AdjustmentFields";

/** The fields of a request; what was left empty is null. */
export function readTerms({ note, expiresOn }: Terms): { note: string | null; expiresOn: string | null } {
  return {
    note: note.trim() || null,
    expiresOn: expiresOn ? new Date(`${expiresOn}T00:00:00`).toISOString() : null,
  };
}
