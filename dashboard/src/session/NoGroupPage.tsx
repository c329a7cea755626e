import { Button, Group, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";

import { FullPage } from "./FullPage";
import type { SignIn } from "./SignIn";

/** What people see who have signed in, and may do nothing. */
export function NoGroupPage({ name, signIn }: { name: string; signIn: SignIn }) {
  const again = useMutation({ mutationFn: signIn.renew });
  return (
    <FullPage title="No access yet">
      <Text ta="center">
        {name} is in neither of the groups admin and read. Whoever runs Parity can change that.
      </Text>
      <Group>
        <Button
          loading={again.isPending}
          onClick={() => {
            again.mutate();
          }}
        >
          Try again
        </Button>
        <Button variant="default" onClick={() => void signIn.signOut()}>
          Sign out
        </Button>
      </Group>
    </FullPage>
  );
}
