import { createContext, use } from "react";

export interface Clock {
  /** The present in milliseconds by Parity's clock. */
  now: number;
  /** By how many milliseconds it differs from the reader's, where the local cloud's clock was moved. */
  offset: number;
}

export const ClockContext = createContext<Clock>({ now: Date.now(), offset: 0 });

export function useClock(): Clock {
  return use(ClockContext);
}

export function useNow(): number {
  return useClock().now;
}
