import { Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";

export function Logo() {
  return (
    <Link to="/" style={{ color: "inherit", textDecoration: "none" }}>
      <Group gap="xs" wrap="nowrap">
        <img src="/icon.svg" alt="" width={24} height={24} />
        <Text fw={700} size="lg">
          Parity
        </Text>
      </Group>
    </Link>
  );
}
