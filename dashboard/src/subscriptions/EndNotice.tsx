import { Alert, Text } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";

import { FEEDBACK } from "./feedback";
import type { Subscription } from "./subscription";

const REASONS: Record<string, string> = {
  CANCELLED_BY_MERCHANT: "It was canceled by hand or over the API.",
  CANCELLED_BY_PROVIDER: "It was canceled because it was not paid for.",
};

/** Why a subscription has ended, as far as it is known. */
export function EndNotice({ subscription }: { subscription: Subscription }) {
  const { status, cancellationReason, cancellationFeedback, cancellationComment } = subscription;
  const reason = REASONS[cancellationReason ?? ""];
  const feedback = FEEDBACK.find(({ value }) => value === cancellationFeedback)?.label;
  return (
    <Alert color="gray" variant="light" icon={<IconInfoCircle aria-hidden />} title={describeEnd(status)}>
      {reason && status === "canceled" && <Text size="sm">{reason}</Text>}
      {feedback && <Text size="sm">Reason: {feedback.toLowerCase()}.</Text>}
      {cancellationComment && (
        <Text size="sm" style={{ whiteSpace: "pre-wrap" }}>
          “{cancellationComment}”
        </Text>
      )}
    </Alert>
  );
}

function describeEnd(status: Subscription["status"]): string {
  if (status === "superseded") return "These terms were replaced by a change";
  if (status === "incomplete_expired")
    return "This subscription expired: its first payment was not made in time";
  return "This subscription has ended";
}
