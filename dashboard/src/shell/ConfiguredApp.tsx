import { RouterProvider } from "@tanstack/react-router";
import { useMemo } from "react";

import { createApi } from "../api/client";
import type { Config } from "../api/config";
import { ApiContext } from "../api/useApi";
import { router } from "../router";
import { ClockProvider } from "../time/ClockProvider";

/** The page, with the client of the API and the clock of one configuration. */
export function ConfiguredApp({ config }: { config: Config }) {
  const api = useMemo(() => createApi(config), [config]);
  return (
    <ApiContext value={api}>
      <ClockProvider clockUrl={config.clockUrl}>
        <RouterProvider router={router} />
      </ClockProvider>
    </ApiContext>
  );
}
