import { Button, Group, Stack } from "@mantine/core";
import type { ReactNode, SubmitEventHandler } from "react";

import { ChangeError } from "./ChangeError";

interface Props {
  /** What is changed, in a word: `plan`. */
  thing: string;
  /** What is said where the change failed. */
  failure: string;
  error: Error | null;
  isPending: boolean;
  onSubmit: SubmitEventHandler<HTMLFormElement>;
  /** Shows the present values, if somebody else has changed the thing meanwhile. */
  onReload: () => Promise<void>;
  children: ReactNode;
}

/** Inputs that change what the person has seen. */
export function ChangeForm({ thing, failure, error, isPending, onSubmit, onReload, children }: Props) {
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        {children}
        {error && <ChangeError title={failure} thing={thing} error={error} onReload={onReload} />}
        <Group justify="flex-end">
          <Button type="submit" loading={isPending}>
            Update
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
