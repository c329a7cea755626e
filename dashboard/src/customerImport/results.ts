import type { components } from "../api/schema.gen";
import type { Row } from "./rows";

type RowResult = components["schemas"]["RowResult"];
export type RowStatus = components["schemas"]["RowStatus"];

/** What became of a row, and why where it was refused. */
export interface Outcome {
  row: Row;
  status: RowStatus;
  problems: string[];
}

/**
 * What became of the rows of a request. A request that ran out of time is sent again as a whole, and then finds
 * its own customers; so what was said before is kept.
 */
export function readOutcomes(rows: Row[], results: RowResult[], before: Outcome[]): Outcome[] {
  return rows.map((row, index) => {
    const known = before[index];
    if (known && known.status !== "unprocessed") return known;
    const result = results[index];
    return { row, status: result?.status ?? "unprocessed", problems: result ? describeProblems(result) : [] };
  });
}

function describeProblems({ status, errors, detail }: RowResult): string[] {
  if (status !== "rejected") return [];
  const problems = errors.map((error) => `${error.pointer.replace(/^#?\//, "")}: ${error.detail}`);
  return problems.length > 0 ? problems : [detail ?? "It was refused."];
}

export function countOutcomes(outcomes: Outcome[]): Record<RowStatus, number> {
  const counts = { created: 0, existing: 0, archived: 0, rejected: 0, unprocessed: 0 };
  for (const { status } of outcomes) counts[status] += 1;
  return counts;
}
