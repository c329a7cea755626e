import type { ChangeKind } from "./activity";
import { KINDS } from "./labels";

/** Which changes are listed. It lives in the URL. */
export interface ActivityView {
  kind?: ChangeKind;
  cursor?: string;
}

/** Reads the view from a URL that anybody may have written. */
export function parseActivityView({ kind, cursor }: Record<string, unknown>): ActivityView {
  return {
    ...(isKind(kind) && { kind }),
    ...(typeof cursor === "string" && cursor !== "" && { cursor }),
  };
}

export function isKind(value: unknown): value is ChangeKind {
  return typeof value === "string" && value in KINDS;
}
