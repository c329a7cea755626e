import createClient, { type Client } from "openapi-fetch";

import type { Credentials } from "./credentials";
import { ProblemError } from "./problem";
import type { paths } from "./schema.gen";

export type Api = Client<paths>;

/** The typed client of the API. A call that gets no answer rejects with a ProblemError of status 0. */
export function createApi(apiUrl: string, credentials: Credentials): Api {
  return createClient<paths>({
    baseUrl: apiUrl,
    fetch: async (request) => {
      // Nothing was done after a 401, so the same request may be sent again.
      const again = request.clone();
      const answer = await send(request, await credentials.read());
      const token = answer.status === 401 ? await credentials.renew?.() : null;
      return token ? send(again, token) : answer;
    },
  });
}

async function send(request: Request, token: string): Promise<Response> {
  if (token) request.headers.set("Authorization", `Bearer ${token}`);
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new ProblemError(0, {});
  }
}

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** What a call answers; throws ProblemError for a refusal. */
export async function unwrap<Data>(call: Promise<Answer<Data>>): Promise<Data> {
  return (await unwrapTagged(call)).data;
}

export interface Tagged<Data> {
  data: Data;
  /** Of the state that the call answered with; sent as If-Match, a change is made to that state only. */
  etag: string;
}

/** What a call answers, with its ETag; throws ProblemError for a refusal. */
export async function unwrapTagged<Data>(call: Promise<Answer<Data>>): Promise<Tagged<Data>> {
  const { data, error, response } = await call;
  if (!response.ok) throw new ProblemError(response.status, isObject(error) ? error : {});
  return { data: data as Data, etag: response.headers.get("ETag") ?? "*" };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** The header that lets a change happen only to the version that the person has seen. */
export function ifMatch(version: number): { "If-Match": string } {
  return { "If-Match": `"${version}"` };
}
