import { queryOptions } from "@tanstack/react-query";

import { unwrap, type Api } from "../api/client";

export const API_KEYS_KEY = ["apiKeys"] as const;

/** All keys, newest first: an organisation has few, and the API answers with all of them. */
export function apiKeysQuery(api: Api) {
  return queryOptions({
    queryKey: API_KEYS_KEY,
    queryFn: async ({ signal }) => (await unwrap(api.GET("/api/v1/api-keys", { signal }))).results,
  });
}
