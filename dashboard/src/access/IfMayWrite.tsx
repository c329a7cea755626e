import type { ReactNode } from "react";

import { useMayWrite } from "./access";

/** What changes something, for those who may. */
export function IfMayWrite({ children }: { children: ReactNode }) {
  return useMayWrite() ? children : null;
}
