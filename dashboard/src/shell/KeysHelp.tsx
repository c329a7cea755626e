import { Button } from "@mantine/core";
import { useDisclosure, useHotkeys } from "@mantine/hooks";

import { lazyModal } from "../ui/lazyModal";

const KeysModal = lazyModal(async () => (await import("./KeysModal")).KeysModal);

/** Opens the list of keys, which the key `?` does, too. */
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
        Keyboard
      </Button>
      {opened && <KeysModal onClose={close} />}
    </>
  );
}
