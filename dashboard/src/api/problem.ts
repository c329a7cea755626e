import type { components } from "./schema.gen";

type Problem = components["schemas"]["Problem"];

/** A refusal or failure of the API (RFC 9457). `status` 0 says that no answer came. */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string | undefined;
  /** The whole problem, with the members that only some codes have. */
  readonly body: Partial<Problem>;

  constructor(status: number, body: Partial<Problem>) {
    super(body.detail ?? describeStatus(status));
    this.name = "ProblemError";
    this.status = status;
    this.code = body.code ?? "unknown";
    this.requestId = body.requestId;
    this.body = body;
  }

  /** The texts of wrong fields by the field's path: `#/prices/0/amount` gives `prices.0.amount`. */
  get fieldErrors(): Record<string, string> {
    const errors = (this.body.errors ?? []).filter((error) => error.pointer);
    return Object.fromEntries(
      errors.map((error) => [readPath(error.pointer ?? ""), capitalize(error.detail)]),
    );
  }
}

export function isProblem(error: unknown, code: string): error is ProblemError {
  return error instanceof ProblemError && error.code === code;
}

/** A sentence for people about anything that was thrown. */
export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : "Something went wrong.";
}

/** The path of a JSON pointer, as forms name their fields. */
function readPath(pointer: string): string {
  const [, ...names] = pointer.split("/");
  return names.map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~")).join(".");
}

/** The texts of the API begin small, as they follow the name of a field there. */
export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function describeStatus(status: number): string {
  return status === 0
    ? "Parity cannot be reached. Check the connection, then try again."
    : `Parity answered with status ${status}.`;
}
