import { Skeleton, Stack } from "@mantine/core";

export function CustomerHeaderSkeleton() {
  return (
    <Stack gap="md" role="status" aria-label="Loading the customer">
      <Skeleton height={20} width={90} />
      <Skeleton height={34} width="min(320px, 80%)" />
      <Skeleton height={74} />
    </Stack>
  );
}
