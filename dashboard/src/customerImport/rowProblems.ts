import { validateEmail } from "../customers/customerForm";
import type { CustomerDraft } from "./rows";

const LONGEST_TEXT = 255;
const LONGEST_EMAIL = 254;
const NOT_IN_IDENTIFIERS = /[/?#%\p{Cc}]/u;
const RESERVED = new Set([".", "..", "identifier", "import"]);

/** What the API would refuse, said before anything is sent. It has the last word. */
export function findRowProblems(draft: CustomerDraft): string[] {
  return [
    draft.name || draft.customerId ? null : "It has no name.",
    findLengthProblem("name", draft.name, LONGEST_TEXT),
    findIdentifierProblem(draft.customerId ?? ""),
    validateEmail(draft.email ?? ""),
    findLengthProblem("email", draft.email, LONGEST_EMAIL),
    findLengthProblem("billing ID", draft.billingId, LONGEST_TEXT),
  ].filter((problem) => problem !== null);
}

function findLengthProblem(field: string, text: string | undefined, limit: number): string | null {
  return text && text.length > limit ? `The ${field} is longer than ${limit} characters.` : null;
}

function findIdentifierProblem(identifier: string): string | null {
  if (NOT_IN_IDENTIFIERS.test(identifier)) return "An identifier has none of / ? # and %.";
  if (RESERVED.has(identifier)) return `No customer can have the identifier ${identifier}.`;
  return findLengthProblem("identifier", identifier, LONGEST_TEXT);
}
