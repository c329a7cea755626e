/** What the API is called with: the key of the local cloud, or the tokens of a person. */
export interface Credentials {
  /** For the next call. */
  read: () => Promise<string>;
  /** Another one after a 401, or null if the person has to sign in again. A key has no other. */
  renew?: () => Promise<string | null>;
}
