import type { UseFormReturnType } from "@mantine/form";
import type { SubmitEventHandler } from "react";

import { notifySuccess } from "./notify";
import { useRefusal } from "./useRefusal";

interface Update<Body, Updated> {
  isPending: boolean;
  mutate: (
    body: Body,
    options: { onSuccess: (updated: Updated) => void; onError: (error: Error) => void },
  ) => void;
}

interface Options<Values, Body, Updated> {
  form: UseFormReturnType<Values>;
  update: Update<Body, Updated>;
  toBody: (values: Values) => Body;
  /** Reads the present values, which another person may have changed meanwhile. */
  readCurrent: () => Promise<Values>;
  /** What is said once the update is made. */
  describe: (updated: Updated) => string;
  onClose: () => void;
}

interface Change {
  error: Error | null;
  isPending: boolean;
  onSubmit: SubmitEventHandler<HTMLFormElement>;
  onReload: () => Promise<void>;
}

/**
 * What `ChangeForm` needs for a form whose values are sent as one update. Once that is made, it is said and the form
 * closes; what was refused is shown at its fields, or below them. `onReload` replaces what was typed by the present values.
 */
export function useChange<Values extends object, Body, Updated>({
  form,
  update,
  toBody,
  readCurrent,
  describe,
  onClose,
}: Options<Values, Body, Updated>): Change {
  const refusal = useRefusal(form);
  const onSubmit = form.onSubmit((values) => {
    refusal.clear();
    update.mutate(toBody(values), {
      onSuccess: (updated) => {
        notifySuccess(describe(updated));
        onClose();
      },
      onError: refusal.show,
    });
  });
  const onReload = async () => {
    form.setValues(await readCurrent());
    refusal.clear();
  };
  return { error: refusal.error, isPending: update.isPending, onSubmit, onReload };
}
