import { Alert, Button, Stack, Text } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";

import { ProblemError } from "../api/problem";
import { ErrorNotice } from "../ui/ErrorNotice";

/** Why an update was refused, unless that is said at a field. A second person's change is shown as such. */
export function UpdateError({ error, onReload }: { error: Error; onReload: () => void }) {
  if (error instanceof ProblemError && Object.keys(error.fieldErrors).length > 0) return null;
  if (!(error instanceof ProblemError) || error.status !== 412) {
    return <ErrorNotice title="The customer was not updated" error={error} />;
  }
  return (
    <Alert
      color="yellow"
      variant="light"
      role="alert"
      icon={<IconUsers aria-hidden />}
      title="Somebody else changed this customer"
    >
      <Stack gap="xs" align="flex-start">
        <Text size="sm">
          It was changed after you opened this form. Look at the present values, then make your change again.
        </Text>
        <Button size="xs" variant="default" onClick={onReload}>
          Show the present values
        </Button>
      </Stack>
    </Alert>
  );
}
