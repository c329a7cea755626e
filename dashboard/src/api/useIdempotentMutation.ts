import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";

import { isWorthRetrying } from "./retry";

export interface IdempotencyHeader {
  "Idempotency-Key": string;
}

/**
 * A POST that has one effect however often it is sent. Its key stays the same until it has succeeded or asks for
 * something else, so a request whose answer was lost is sent again, by the page and by the person.
 */
export function useIdempotentMutation<Body, Data>(
  send: (body: Body, header: IdempotencyHeader) => Promise<Data>,
  onSuccess: () => Promise<unknown>,
) {
  const sent = useRef<{ text: string; key: string }>(null);
  const keyOf = (body: Body): string => {
    const text = JSON.stringify([body]);
    if (sent.current?.text !== text) sent.current = { text, key: crypto.randomUUID() };
    return sent.current.key;
  };
  return useMutation({
    mutationFn: (body: Body) => send(body, { "Idempotency-Key": keyOf(body) }),
    onSuccess: () => {
      sent.current = null;
      return onSuccess();
    },
    retry: isWorthRetrying,
  });
}
