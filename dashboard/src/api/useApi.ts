import { createContext, use } from "react";

import type { Api } from "./client";

export const ApiContext = createContext<Api | null>(null);

/** The client of the API that the page was opened with. */
export function useApi(): Api {
  const api = use(ApiContext);
  if (!api) throw new Error("ApiContext has no provider.");
  return api;
}
