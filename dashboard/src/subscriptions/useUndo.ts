import { notifyError, notifySuccess } from "../ui/notify";
import { useUndoChange } from "./mutations";
import type { Subscription } from "./subscription";

interface Undo {
  undo: () => void;
  isPending: boolean;
}

/** Takes back the latest of what is to come, and says what became of it. */
export function useUndo(subscription: Subscription): Undo {
  const { mutate, isPending } = useUndoChange(subscription);
  const undo = () => {
    mutate(undefined, {
      onSuccess: () => {
        notifySuccess(subscription.canceledAt ? "The cancellation was undone." : "The change was undone.");
      },
      onError: (error) => {
        notifyError("Nothing was undone", error);
      },
    });
  };
  return { undo, isPending };
}
