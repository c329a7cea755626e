import { Alert, Button, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";

import { describeError, ProblemError } from "../api/problem";

interface Props {
  title: string;
  error: unknown;
  onRetry?: () => void;
}

/** What failed, why, and what to do about it. */
export function ErrorNotice({ title, error, onRetry }: Props) {
  return (
    <Alert color="red" variant="light" title={title} icon={<IconAlertTriangle aria-hidden />} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{describeError(error)}</Text>
        {error instanceof ProblemError && error.requestId && <Text size="xs">Request {error.requestId}</Text>}
        {onRetry && (
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
