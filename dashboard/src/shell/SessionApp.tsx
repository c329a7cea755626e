import { RouterProvider } from "@tanstack/react-router";
import { useMemo } from "react";

import { AccessContext } from "../access/access";
import { createApi } from "../api/client";
import type { Config } from "../api/config";
import { ApiContext } from "../api/useApi";
import { router } from "../router";
import { SessionContext, type Session } from "../session/session";
import { ClockProvider } from "../time/ClockProvider";

/** The page, with the client of the API and the clock, for whoever is at it. */
export function SessionApp({ config, session }: { config: Config; session: Session }) {
  const { credentials } = session;
  const api = useMemo(() => createApi(config.apiUrl, credentials), [config.apiUrl, credentials]);
  return (
    <SessionContext value={session}>
      <AccessContext value={session}>
        <ApiContext value={api}>
          <ClockProvider clockUrl={config.clockUrl}>
            <RouterProvider router={router} />
          </ClockProvider>
        </ApiContext>
      </AccessContext>
    </SessionContext>
  );
}
