import type { Row } from "./rows";

const CHUNK_ROWS = 200;

/**
 * The rows in portions of one request each. Only rows of one name that have neither an identifier nor an email are
 * told apart by each other (docs/http.md, "Import"), so these stay together however many they are.
 */
export function splitIntoChunks(rows: Row[]): Row[][] {
  const chunks: Row[][] = [];
  let chunk: Row[] = [];
  for (const namesakes of groupNamesakes(rows)) {
    if (chunk.length > 0 && chunk.length + namesakes.length > CHUNK_ROWS) {
      chunks.push(chunk);
      chunk = [];
    }
    chunk = [...chunk, ...namesakes];
  }
  return chunk.length > 0 ? [...chunks, chunk] : chunks;
}

function groupNamesakes(rows: Row[]): Iterable<Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const { name, customerId, email } = row.draft;
    const key = customerId || email ? `row ${row.number}` : `name ${name ?? ""}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return groups.values();
}
