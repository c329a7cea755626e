import { Button, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";

import { ErrorNotice } from "../ui/ErrorNotice";
import { FullPage } from "./FullPage";

interface Props {
  /** Why the person is here, if that needs an explanation. */
  reason: string | null;
  onSignIn: () => Promise<void>;
}

/** What people see who have not signed in. */
export function SignInPage({ reason, onSignIn }: Props) {
  const start = useMutation({ mutationFn: onSignIn });
  return (
    <FullPage title="Sign in to Parity">
      {reason && <Text ta="center">{reason}</Text>}
      {start.isError && <ErrorNotice title="The page to sign in cannot be opened" error={start.error} />}
      <Button
        loading={start.isPending || start.isSuccess}
        onClick={() => {
          start.mutate();
        }}
      >
        Sign in
      </Button>
    </FullPage>
  );
}
