import { createContext, use } from "react";

/** What the person at the page may do. The API refuses all else, too: this only hides what would be refused. */
export interface Access {
  mayWrite: boolean;
}

export const AccessContext = createContext<Access>({ mayWrite: true });

/** Whether the person may change anything. It is asked here only. */
export function useMayWrite(): boolean {
  return use(AccessContext).mayWrite;
}
