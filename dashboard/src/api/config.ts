/** Who signs people in: a user pool of Cognito, or what speaks as it does. */
export interface SignInConfig {
  /** The OpenID Connect issuer. */
  issuer: string;
  clientId: string;
  /** Where the issuer ends its own session. It takes `client_id`, and `logout_uri` to come back. */
  signOutUrl: string;
}

/** What differs between stages. It is read when the page opens, so that one build fits all of them. */
export interface Config {
  /** The origin and path that the API's paths are appended to; empty for the page's own origin. */
  apiUrl: string;
  /** The key of the local cloud, which asks nobody to sign in. */
  key?: string;
  /** On AWS, in place of a key. */
  signIn?: SignInConfig;
  /** Where the local cloud's clock is read. */
  clockUrl?: string;
}

export async function loadConfig(): Promise<Config> {
  const response = await fetch("/config.json");
  if (!response.ok) throw new Error(`config.json was answered with ${response.status}.`);
  const config: unknown = await response.json();
  if (!isConfig(config)) throw new Error("config.json lacks apiUrl.");
  return config;
}

function isConfig(value: unknown): value is Config {
  return typeof value === "object" && value !== null && "apiUrl" in value && typeof value.apiUrl === "string";
}
