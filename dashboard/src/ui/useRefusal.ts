import { useState } from "react";

import { ProblemError } from "../api/problem";

/** What is used of a form of `@mantine/form`, whatever its values are. */
interface Form {
  setErrors: (errors: Record<string, string>) => void;
  getInputNode: (path: string) => HTMLElement | null;
}

interface Refusal {
  /** What is to be shown below the form: an error that is not said at its fields. */
  error: Error | null;
  /** Shows an error, at the fields that it names where the form has all of them. */
  show: (error: Error) => void;
  clear: () => void;
}

/** `readPath` turns the path of a field in the request into that in the form, where they differ. */
export function useRefusal(form: Form, readPath = (path: string) => path): Refusal {
  const [error, setError] = useState<Error | null>(null);
  const show = (refused: Error) => {
    const texts = Object.entries(refused instanceof ProblemError ? refused.fieldErrors : {});
    const errors = Object.fromEntries(texts.map(([path, text]) => [readPath(path), text]));
    form.setErrors(errors);
    const isAtFields = texts.length > 0 && Object.keys(errors).every((path) => form.getInputNode(path));
    setError(isAtFields ? null : refused);
  };
  const clear = () => {
    setError(null);
  };
  return { error, show, clear };
}
