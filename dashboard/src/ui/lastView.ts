import type { ListFilter } from "./listFilter";

const views = new Map<string, ListFilter>();

/** Keeps what a page shows, for links that lead back to it. */
export function rememberView(path: string, view: ListFilter): void {
  views.set(path, view);
}

/** What the list at the path showed when the person left it: the same search and the same page. */
export function recallView(path: string): ListFilter {
  return views.get(path) ?? {};
}
