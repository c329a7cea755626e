/** What a grant and an override have in common: why it was given, and for how long. */
export interface Terms {
  note: string;
  expiresOn: string;
}

/** The fields of a request; what was left empty is null. */
export function readTerms({ note, expiresOn }: Terms): { note: string | null; expiresOn: string | null } {
  return {
    note: note.trim() || null,
    expiresOn: expiresOn ? new Date(`${expiresOn}T00:00:00`).toISOString() : null,
  };
}
