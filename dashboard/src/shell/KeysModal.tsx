import { Group, Kbd, Stack, Text } from "@mantine/core";

import { Dialog } from "../ui/Dialog";

const KEYS = [
  ["/", "Search"],
  ["n", "New customer, or what the page lists"],
  ["Esc", "Close what is open"],
  ["?", "Show these keys"],
] as const;

export function KeysModal({ onClose }: { onClose: () => void }) {
  return (
    <Dialog onClose={onClose} title="Keyboard" size="xs">
      <Stack gap="xs">
        {KEYS.map(([key, meaning]) => (
          <Group key={key} justify="space-between">
            <Text size="sm">{meaning}</Text>
            <Kbd>{key}</Kbd>
          </Group>
        ))}
      </Stack>
    </Dialog>
  );
}
