import { Center, Loader } from "@mantine/core";

/** The whole page while nothing of it is known yet. */
export function Loading() {
  return (
    <Center h="100vh" role="status" aria-label="Loading">
      <Loader />
    </Center>
  );
}
