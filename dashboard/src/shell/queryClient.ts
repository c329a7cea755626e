import { QueryClient } from "@tanstack/react-query";

import { isWorthRetrying } from "../api/retry";

export const CONFIG_KEY = ["config"] as const;

export const queryClient = new QueryClient({
  defaultOptions: { queries: { staleTime: 5_000, retry: isWorthRetrying } },
});

/** What one person has read is not for the next one. The configuration is everybody's. */
export function forgetAnswers(): void {
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== CONFIG_KEY[0] });
}
