/** The cursor of a page's `next` or `previous`, which are absolute URLs; undefined where there is none. */
export function readCursor(url: string | null): string | undefined {
  return url ? (new URL(url).searchParams.get("cursor") ?? undefined) : undefined;
}
