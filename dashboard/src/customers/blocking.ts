import type { ProblemError } from "../api/problem";

interface BlockingSubscription {
  id: string;
  planIdentifier: string;
  status: string;
}

interface Blocking {
  /** How many live subscriptions there are; only some of many are named. */
  total: number;
  named: BlockingSubscription[];
}

/** What the problem `customer_has_live_subscriptions` says beside its sentence. */
export function readBlocking({ body }: ProblemError): Blocking {
  const named = Array.isArray(body.blockedBy) ? (body.blockedBy as BlockingSubscription[]) : [];
  const total = typeof body.subscriptions === "number" ? body.subscriptions : named.length;
  return { total, named };
}
