import type { components } from "../api/schema.gen";

export type ApiKey = components["schemas"]["ApiKeyModel"];
export type ApiKeyCreate = components["schemas"]["ApiKeyCreate"];
export type ApiKeyCreated = components["schemas"]["ApiKeyCreated"];
export type ApiKeyKind = components["schemas"]["ApiKeyKind"];

interface KindWords {
  label: string;
  /** What its holder may do. */
  may: string;
  color: string;
}

/** The kinds of keys, the one that is needed most first. */
export const KINDS: Record<ApiKeyKind, KindWords> = {
  sk: { label: "Server", may: "Does everything. Keep it on your servers.", color: "blue" },
  rk: { label: "Read-only", may: "Reads everything but the API keys, changes nothing.", color: "gray" },
  pk: {
    label: "Browser",
    may: "Reads entitlements of every customer whose identifier is known. It may be in a web page.",
    color: "green",
  },
};

/** Whether it is this key, as far as its beginning and its end say. */
export function isSameKey({ prefix, lastFour }: ApiKey, key: string | undefined): boolean {
  return key !== undefined && key.startsWith(prefix) && key.endsWith(lastFour);
}

/** `sk_w0Xb…7Qd2`: enough to recognise a key, too little to use it. */
export function abbreviate({ prefix, lastFour }: ApiKey): string {
  return `${prefix}…${lastFour}`;
}
