import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";

import { unwrap } from "../api/client";
import type { components } from "../api/schema.gen";
import { useApi } from "../api/useApi";
import { CUSTOMERS_KEY } from "../customers/queries";
import { splitIntoChunks } from "./chunks";
import { readOutcomes, type Outcome } from "./results";
import type { Row } from "./rows";

type CustomerCreate = components["schemas"]["CustomerCreate"];

interface Portion {
  chunk: Row[];
  /** With it, a portion whose answer was lost gets the same answer again. */
  key: string;
}

interface Import {
  /** Of the rows that were answered so far. */
  outcomes: Outcome[];
  isRunning: boolean;
  /** Why it stopped before all rows were answered. */
  error: Error | null;
  /** Sends the rows that have no answer yet. */
  run: () => Promise<void>;
  /** Lets the request that is on its way be the last one. */
  stop: () => void;
}

/** Sends rows in portions, one after the other. Sent again, a row finds the customer that it created. */
export function useImport(rows: Row[]): Import {
  const api = useApi();
  const cache = useQueryClient();
  const [portions] = useState(() =>
    splitIntoChunks(rows).map((chunk) => ({ chunk, key: crypto.randomUUID() })),
  );
  const [answered, setAnswered] = useState<Outcome[][]>([]);
  const [isRunning, setIsRunning] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const isStopped = useRef(false);

  const send = async ({ chunk, key }: Portion): Promise<Outcome[]> => {
    const params = { header: { "Idempotency-Key": key } };
    const body = chunk.map(({ draft }) => draft as CustomerCreate);
    let outcomes: Outcome[] = [];
    do {
      const answer = await unwrap(api.POST("/api/v1/customers/import", { params, body }));
      outcomes = readOutcomes(chunk, answer.results, outcomes);
    } while (outcomes.some(({ status }) => status === "unprocessed"));
    return outcomes;
  };

  const isStopRequested = () => isStopped.current;

  const run = async () => {
    setIsRunning(true);
    setError(null);
    isStopped.current = false;
    try {
      for (const portion of portions.slice(answered.length)) {
        if (isStopRequested()) break;
        const outcomes = await send(portion);
        setAnswered((before) => [...before, outcomes]);
      }
    } catch (thrown) {
      setError(thrown instanceof Error ? thrown : new Error(String(thrown)));
    } finally {
      setIsRunning(false);
      await cache.invalidateQueries({ queryKey: CUSTOMERS_KEY });
    }
  };
  const stop = () => {
    isStopped.current = true;
  };
  return { outcomes: answered.flat(), isRunning, error, run, stop };
}
