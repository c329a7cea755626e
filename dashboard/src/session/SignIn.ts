import { ErrorResponse, UserManager, WebStorageStateStore, type User } from "oidc-client-ts";

import type { SignInConfig } from "../api/config";
import type { Credentials } from "../api/credentials";
import { describeError, ProblemError } from "../api/problem";

/** Where the page that signs people in sends them back to. */
const CALLBACK = "/signed-in";
const START = "/";

export type SignInState = { user: User } | { user: null; reason: string | null };

/**
 * Signing in and out, and the tokens in between. They are in the browser's storage, which all tabs share: a tab that
 * is opened later is signed in, too, and signing out in one is signing out in all.
 */
export class SignIn implements Credentials {
  readonly #manager: UserManager;
  readonly #config: SignInConfig;
  readonly #onOtherPerson: () => void;
  readonly #listeners = new Set<() => void>();
  #state: SignInState = { user: null, reason: null };
  #renewal: Promise<string | null> | null = null;

  /** `onOtherPerson` is called when somebody else is signed in than before, or nobody. */
  constructor(config: SignInConfig, onOtherPerson: () => void) {
    this.#config = config;
    this.#onOtherPerson = onOtherPerson;
    this.#manager = new UserManager({
      authority: config.issuer,
      client_id: config.clientId,
      redirect_uri: location.origin + CALLBACK,
      scope: "openid email",
      userStore: new WebStorageStateStore({ store: localStorage }),
    });
    this.#manager.events.addUserLoaded((user) => {
      this.#show({ user });
    });
    window.addEventListener("storage", ({ key }) => {
      if (key === null || key === `oidc.user:${config.issuer}:${config.clientId}`) void this.#follow();
    });
  }

  /** Takes what the page to sign in has answered, or else what this browser remembers. */
  async open(goTo: (path: string) => void): Promise<void> {
    if (location.pathname !== CALLBACK) {
      const user = await this.#manager.getUser();
      this.#show(user ? { user } : { user: null, reason: null });
      return;
    }
    try {
      const user = await this.#manager.signinRedirectCallback();
      this.#show({ user });
      goTo(toPath(user.state));
    } catch (error) {
      this.#show({ user: null, reason: `Signing in did not work: ${describeError(error)}.` });
      goTo(START);
    }
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getState = (): SignInState => this.#state;

  /** Leaves for the page to sign in, which leads back to where the person is now. */
  async start(): Promise<void> {
    await this.#manager.signinRedirect({ state: location.pathname + location.search + location.hash });
  }

  /** Forgets the tokens here and in all tabs, and ends the session of the page that signs people in. */
  readonly signOut = async (): Promise<void> => {
    // Without an answer the tokens still end by themselves.
    await this.#manager.revokeTokens(["refresh_token"]).catch(() => undefined);
    await this.#forget(null);
    const query = new URLSearchParams({
      client_id: this.#config.clientId,
      logout_uri: location.origin + START,
    });
    location.assign(`${this.#config.signOutUrl}?${query.toString()}`);
  };

  readonly read = async (): Promise<string> => {
    const { user } = this.#state;
    if (user && !user.expired) return user.access_token;
    return (await this.renew()) ?? "";
  };

  /** One at a time, however many calls ask for it. Rejects with a ProblemError if no answer came. */
  readonly renew = (): Promise<string | null> => {
    this.#renewal ??= this.#renewOnce().finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  };

  async #renewOnce(): Promise<string | null> {
    try {
      const user = this.#state.user?.refresh_token ? await this.#manager.signinSilent() : null;
      if (user) return user.access_token;
    } catch (error) {
      if (!(error instanceof ErrorResponse)) throw new ProblemError(0, {});
    }
    await this.#forget("You are no longer signed in. Sign in to go on where you were.");
    return null;
  }

  /** Another tab has signed in or out, or has renewed the tokens. */
  async #follow(): Promise<void> {
    const user = await this.#manager.getUser();
    if (user) this.#show({ user });
    else await this.#forget("You have signed out in another tab.");
  }

  async #forget(reason: string | null): Promise<void> {
    await this.#manager.removeUser();
    this.#show({ user: null, reason });
  }

  #show(state: SignInState): void {
    if (state.user?.profile.sub !== this.#state.user?.profile.sub) this.#onOtherPerson();
    this.#state = state;
    this.#listeners.forEach((listener) => {
      listener();
    });
  }
}

/** A path of this page, and nothing that leads elsewhere. */
function toPath(state: unknown): string {
  const isPath = typeof state === "string" && /^\/(?![/\\])/.test(state) && !state.startsWith(CALLBACK);
  return isPath ? state : START;
}
