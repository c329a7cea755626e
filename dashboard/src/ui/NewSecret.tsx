import { Alert, Button, Group, Stack } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";

import { SecretValue } from "./SecretValue";

interface Props {
  /** What it is, in a word: `key`. */
  thing: string;
  label: string;
  /** Null if the first answer, which alone had it, was lost on its way. */
  value: string | null;
  /** How to get another one. */
  ifLost: string;
  onClose: () => void;
}

/** A secret that was just made, and that nobody can read again. */
export function NewSecret({ thing, label, value, ifLost, onClose }: Props) {
  return (
    <Stack gap="md">
      {value === null ? (
        <Alert
          color="yellow"
          variant="light"
          icon={<IconAlertTriangle aria-hidden />}
          title={`The ${thing} was lost`}
        >
          The answer with it did not arrive. {ifLost}
        </Alert>
      ) : (
        <SecretValue label={label} value={value} />
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Done
        </Button>
      </Group>
    </Stack>
  );
}
