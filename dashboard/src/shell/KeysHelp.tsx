import { Button, Group, Kbd, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure, useHotkeys } from "@mantine/hooks";

const KEYS = [
  ["/", "Search"],
  ["n", "New customer"],
  ["Esc", "Close what is open"],
  ["?", "Show these keys"],
] as const;

/** The list of keys, which the key `?` opens, too. */
export function KeysHelp() {
  const [opened, { open, close }] = useDisclosure(false);
  // Most keyboards need Shift for it.
  useHotkeys([
    ["?", open],
    ["shift+?", open],
  ]);
  return (
    <>
      <Button variant="subtle" color="gray" size="compact-sm" onClick={open}>
        Keys
      </Button>
      <Modal opened={opened} onClose={close} title="Keys" size="xs">
        <Stack gap="xs">
          {KEYS.map(([key, meaning]) => (
            <Group key={key} justify="space-between">
              <Text size="sm">{meaning}</Text>
              <Kbd>{key}</Kbd>
            </Group>
          ))}
        </Stack>
      </Modal>
    </>
  );
}
