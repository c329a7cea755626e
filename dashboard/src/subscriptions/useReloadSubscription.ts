import { useQueryClient } from "@tanstack/react-query";

import { SUBSCRIPTIONS_KEY, subscriptionQuery } from "./queries";
import { useApi } from "../api/useApi";

/** Reads a subscription again, and lets every part of the page show it as it is now. */
export function useReloadSubscription(id: string): () => Promise<void> {
  const api = useApi();
  const cache = useQueryClient();
  return async () => {
    await cache.query({ ...subscriptionQuery(api, id), staleTime: 0 });
    await cache.invalidateQueries({ queryKey: [...SUBSCRIPTIONS_KEY, "list"] });
  };
}
