import type { Feedback } from "./feedback";
import type { CancellationType, SubscriptionCancel } from "./subscription";

/** The names are those of the API's fields. */
export interface CancellationValues {
  cancellationType: CancellationType;
  cancellationDate: string;
  cancellationFeedback: Feedback | "";
  cancellationComment: string;
}

export const EMPTY_CANCELLATION: CancellationValues = {
  cancellationType: "CURRENT_PERIOD_ENDS",
  cancellationDate: "",
  cancellationFeedback: "",
  cancellationComment: "",
};

/** The request; what was left empty is not in it. */
export function readCancellation(values: CancellationValues): SubscriptionCancel {
  const { cancellationType, cancellationDate, cancellationFeedback, cancellationComment } = values;
  return {
    cancellationType,
    ...(cancellationType === "SPECIFIC_DATE" && { cancellationDate }),
    ...(cancellationFeedback !== "" && { cancellationFeedback }),
    ...(cancellationComment.trim() && { cancellationComment: cancellationComment.trim() }),
  };
}
