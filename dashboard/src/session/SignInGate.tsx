import { use, useMemo, useSyncExternalStore } from "react";

import type { Config, SignInConfig } from "../api/config";
import { router } from "../router";
import { forgetAnswers } from "../shell/queryClient";
import { SessionApp } from "../shell/SessionApp";
import { NoGroupPage } from "./NoGroupPage";
import { readPerson } from "./person";
import { SignIn } from "./SignIn";
import { SignInPage } from "./SignInPage";

let opening: Promise<SignIn> | undefined;

/** Once for as long as the page is open: the answer of the page to sign in can be taken once. */
function openOnce(config: SignInConfig): Promise<SignIn> {
  opening ??= (async () => {
    const signIn = new SignIn(config, forgetAnswers);
    await signIn.open((path) => {
      router.history.replace(path);
    });
    return signIn;
  })();
  return opening;
}

/** Shows the page to people who have signed in, and to others how they do. */
export function SignInGate({ config, signInConfig }: { config: Config; signInConfig: SignInConfig }) {
  const signIn = use(openOnce(signInConfig));
  const { user, ...rest } = useSyncExternalStore(signIn.subscribe, signIn.getState);
  const person = user && readPerson(user);
  const { id, name, access } = person ?? {};
  const session = useMemo(
    () => ({
      name: name ?? null,
      mayWrite: access === "admin",
      credentials: signIn,
      signOut: signIn.signOut,
    }),
    [name, access, signIn],
  );
  if (!person) {
    return <SignInPage reason={"reason" in rest ? rest.reason : null} onSignIn={() => signIn.start()} />;
  }
  if (!person.access) return <NoGroupPage name={person.name} signIn={signIn} />;
  return <SessionApp key={id} config={config} session={session} />;
}
