import { Button, Code, CopyButton, Stack, Text } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";

/** A secret that is shown once, with what to do with it. */
export function SecretValue({ label, value }: { label: string; value: string }) {
  return (
    <Stack gap="xs">
      <Text size="sm">Copy it now and keep it in a safe place. It is never shown again.</Text>
      <Code block role="group" aria-label={label} style={{ whiteSpace: "pre-wrap", wordBreak: "break-all" }}>
        {value}
      </Code>
      <CopyButton value={value} timeout={10_000}>
        {({ copied, copy }) => (
          <Button
            data-autofocus
            leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
            onClick={copy}
          >
            {copied ? "Copied" : "Copy"}
          </Button>
        )}
      </CopyButton>
    </Stack>
  );
}
