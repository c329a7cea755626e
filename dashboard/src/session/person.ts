import type { User } from "oidc-client-ts";

/** What a person's token says of them. */
export interface Person {
  id: string;
  name: string;
  access: "admin" | "read" | null;
}

export function readPerson({ profile }: User): Person {
  const groups = profile["cognito:groups"];
  const isIn = (group: string) => Array.isArray(groups) && groups.includes(group);
  return {
    id: profile.sub,
    name: profile.email ?? profile.sub,
    access: isIn("admin") ? "admin" : isIn("read") ? "read" : null,
  };
}
