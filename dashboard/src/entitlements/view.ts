/** Of which moment entitlements are shown; of now without one. It lives in the URL, in UTC. */
export interface EntitlementsView {
  at?: string;
}

/** Reads the view from a URL that anybody may have written. */
export function parseEntitlementsView({ at }: Record<string, unknown>): EntitlementsView {
  const moment = new Date(typeof at === "string" ? at : "");
  return Number.isNaN(moment.getTime()) ? {} : { at: moment.toISOString() };
}

/** What an input of a date and a time takes: `2026-03-02T09:15` in the reader's zone. */
export function toLocalInput(at: string | undefined): string {
  if (!at) return "";
  const moment = new Date(at);
  const shifted = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, "yyyy-mm-ddThh:mm".length);
}
