import { QueryClient } from "@tanstack/react-query";

import { ProblemError } from "../api/problem";

const RETRIES = 2;

export const queryClient = new QueryClient({
  defaultOptions: { queries: { staleTime: 5_000, retry: isWorthRetrying } },
});

/** What the API refuses, it refuses again; only no answer and the server's own errors are tried again. */
function isWorthRetrying(failures: number, error: Error): boolean {
  const isRefusal = error instanceof ProblemError && error.status >= 400 && error.status < 500;
  return !isRefusal && failures < RETRIES;
}
