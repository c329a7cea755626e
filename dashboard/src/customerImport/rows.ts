import type { Target } from "./columns";
import { findRowProblems } from "./rowProblems";
import type { CsvTable } from "./table";

/** What is known of a customer to be, under the names of the API's fields. */
export interface CustomerDraft {
  name?: string;
  customerId?: string;
  email?: string;
  billingId?: string;
  metadata?: Record<string, string>;
}

/** A line of the file, the customer that it becomes, and what is wrong with it as far as the page can say. */
export interface Row {
  /** Its place below the titles, from 1. */
  number: number;
  cells: string[];
  draft: CustomerDraft;
  problems: string[];
}

export function readRows({ titles, lines }: CsvTable, targets: Target[]): Row[] {
  const firstOf = new Map<string, Row>();
  return lines.map((cells, index) => {
    const draft = readDraft(titles, targets, cells);
    const row: Row = { number: index + 1, cells, draft, problems: findRowProblems(draft) };
    if (cells.length > titles.length) {
      row.problems.push(`It has ${cells.length} cells, and the first line has ${titles.length} titles.`);
    }
    const id = draft.customerId;
    const first = id ? firstOf.get(id) : undefined;
    if (first && isOther(first.draft, draft))
      row.problems.push(`Row ${first.number} has the same identifier.`);
    if (id && !first) firstOf.set(id, row);
    return row;
  });
}

/** An empty cell is a field that is left out. */
function readDraft(titles: string[], targets: Target[], cells: string[]): CustomerDraft {
  const draft: CustomerDraft = {};
  const metadata: Record<string, string> = {};
  targets.forEach((target, index) => {
    const cell = cells[index];
    if (!cell || target === "ignored") return;
    if (target === "metadata") metadata[titles[index] ?? ""] = cell;
    else draft[target] = cell;
  });
  return Object.keys(metadata).length > 0 ? { ...draft, metadata } : draft;
}

function isOther(one: CustomerDraft, two: CustomerDraft): boolean {
  return one.name !== two.name || one.email !== two.email;
}
