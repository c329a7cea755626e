import { readCursor } from "./cursor";

interface Page<Row> {
  results: Row[];
  next: string | null;
}

/** All rows of a list that is known to be short, such as the catalogue. */
export async function readAllPages<Row>(
  readPage: (cursor: string | undefined) => Promise<Page<Row>>,
): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const page = await readPage(cursor);
    rows.push(...page.results);
    cursor = readCursor(page.next);
  } while (cursor);
  return rows;
}
