import { useQueryClient } from "@tanstack/react-query";

import { CATALOG_KEY } from "./queries";

/** Marks all that is cached about the catalogue as stale, once something has changed. */
export function useRefreshCatalog() {
  const cache = useQueryClient();
  return () => cache.invalidateQueries({ queryKey: CATALOG_KEY });
}
