import { ProblemError } from "./problem";

const RETRIES = 2;

/** What the API refuses, it refuses again; only no answer and the server's own errors are tried again. */
export function isWorthRetrying(failures: number, error: Error): boolean {
  const isRefusal = error instanceof ProblemError && error.status >= 400 && error.status < 500;
  return !isRefusal && failures < RETRIES;
}
