import { List, Text } from "@mantine/core";

import { Time } from "../time/Time";
import { describeOutcome, type Attempt } from "./webhook";

/** The requests that were made, the latest first. */
export function AttemptList({ attempts }: { attempts: Attempt[] }) {
  if (attempts.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No request was made yet.
      </Text>
    );
  }
  return (
    <List size="sm" spacing="xs" aria-label="Attempts">
      {[...attempts].reverse().map((attempt) => (
        <List.Item key={attempt.on}>
          <Time iso={attempt.on} as="moment" focusable />: {describeOutcome(attempt)} (
          {attempt.durationMilliseconds} ms)
          {attempt.answer && (
            <Text size="xs" c="dimmed" style={{ wordBreak: "break-all" }} lineClamp={3}>
              {attempt.answer}
            </Text>
          )}
        </List.Item>
      ))}
    </List>
  );
}
