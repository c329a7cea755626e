import { Text } from "@mantine/core";

/** What is wrong with a row, a line each. */
export function RowProblems({ problems }: { problems: string[] }) {
  return problems.map((problem) => (
    <Text key={problem} size="xs" c="var(--mantine-color-error)">
      {problem}
    </Text>
  ));
}
