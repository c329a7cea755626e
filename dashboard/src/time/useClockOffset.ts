import { useQuery } from "@tanstack/react-query";

const REFRESH_MILLISECONDS = 10_000;

/** By how many milliseconds the local cloud's clock was moved; 0 on AWS, which has no such clock. */
export function useClockOffset(clockUrl: string | undefined): number {
  const { data } = useQuery({
    queryKey: ["clock", clockUrl],
    queryFn: () => readOffset(clockUrl ?? ""),
    enabled: clockUrl !== undefined,
    refetchInterval: REFRESH_MILLISECONDS,
  });
  return data ?? 0;
}

async function readOffset(clockUrl: string): Promise<number> {
  const response = await fetch(clockUrl);
  const clock = (await response.json()) as { offsetSeconds: number };
  return clock.offsetSeconds * 1000;
}
