import { lazy, Suspense, useMemo } from "react";

import type { Config } from "../api/config";
import { openWithKey } from "../session/session";
import { Loading } from "./Loading";
import { SessionApp } from "./SessionApp";

/** Only a page that people sign in to loads what that takes. */
const SignInGate = lazy(async () => ({ default: (await import("../session/SignInGate")).SignInGate }));

/** The page, opened with the key of the configuration, or by people who sign in. */
export function ConfiguredApp({ config }: { config: Config }) {
  const { key = "", signIn } = config;
  const session = useMemo(() => openWithKey(key), [key]);
  if (!signIn) return <SessionApp config={config} session={session} />;
  return (
    <Suspense fallback={<Loading />}>
      <SignInGate config={config} signInConfig={signIn} />
    </Suspense>
  );
}
