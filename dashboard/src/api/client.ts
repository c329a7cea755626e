import createClient, { type Client } from "openapi-fetch";

import type { Config } from "./config";
import { ProblemError } from "./problem";
import type { paths } from "./schema.gen";

export type Api = Client<paths>;

/** The typed client of the API. A call that gets no answer rejects with a ProblemError of status 0. */
export function createApi(config: Config): Api {
  const headers = config.key ? { Authorization: `Bearer ${config.key}` } : undefined;
  return createClient<paths>({
    baseUrl: config.apiUrl,
    ...(headers && { headers }),
    fetch: async (request) => {
      try {
        return await fetch(request);
      } catch (error) {
        if (request.signal.aborted) throw error;
        throw new ProblemError(0, {});
      }
    },
  });
}

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** What a call answers; throws ProblemError for a refusal. */
export async function unwrap<Data>(call: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await call;
  if (!response.ok) throw new ProblemError(response.status, isObject(error) ? error : {});
  return data as Data;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** The header that lets a change happen only to the version that the person has seen. */
export function ifMatch(version: number): { "If-Match": string } {
  return { "If-Match": `"${version}"` };
}
