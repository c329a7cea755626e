import { Alert, Button, Stack, Text } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";

import { ProblemError } from "../api/problem";
import { ErrorNotice } from "./ErrorNotice";

interface Props {
  title: string;
  /** What was to be changed, in a word: `plan`. */
  thing: string;
  error: Error;
  onReload: () => Promise<void>;
}

/** Why a change was refused. A second person's change is shown as such. */
export function ChangeError({ title, thing, error, onReload }: Props) {
  const reload = useMutation({ mutationFn: onReload });
  if (!(error instanceof ProblemError) || error.status !== 412) {
    return <ErrorNotice title={title} error={error} />;
  }
  return (
    <Alert
      color="yellow"
      variant="light"
      role="alert"
      icon={<IconUsers aria-hidden />}
      title={`Somebody else changed this ${thing} meanwhile`}
    >
      <Stack gap="xs" align="flex-start">
        <Text size="sm">
          It was changed after you opened this. Look at the present values, then make your change again.
        </Text>
        {reload.isError && <ErrorNotice title="The present values cannot be shown" error={reload.error} />}
        <Button
          size="xs"
          variant="default"
          loading={reload.isPending}
          onClick={() => {
            reload.mutate();
          }}
        >
          Show the present values
        </Button>
      </Stack>
    </Alert>
  );
}
