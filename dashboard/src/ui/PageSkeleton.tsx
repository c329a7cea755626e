import { Skeleton, Stack } from "@mantine/core";

/** The head of a page that is loading: the way back, the title and the facts. */
export function PageSkeleton({ label }: { label: string }) {
  return (
    <Stack gap="md" role="status" aria-label={label}>
      <Skeleton height={20} width={90} />
      <Skeleton height={34} width="min(320px, 80%)" />
      <Skeleton height={74} />
    </Stack>
  );
}
