import { createContext, use } from "react";

import type { Credentials } from "../api/credentials";

/** Who is at the page. With a key of the local cloud nobody has signed in, so there is no name. */
export interface Session {
  name: string | null;
  mayWrite: boolean;
  /** What the page was opened with; people who sign in have none. */
  key?: string;
  credentials: Credentials;
  signOut?: () => Promise<void>;
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error("SessionContext has no provider.");
  return session;
}

const READ_ONLY_KEY = "rk_";

/** The session of a page that was opened with a key. */
export function openWithKey(key: string): Session {
  return {
    name: null,
    key,
    mayWrite: !key.startsWith(READ_ONLY_KEY),
    credentials: { read: () => Promise.resolve(key) },
  };
}
