import Papa from "papaparse";

import type { Row } from "./rows";

/** The rows as they were in the file, with what is wrong in a column more, so that they can be mended and sent again. */
export function writeRejected(titles: string[], rows: Row[]): string {
  const lines = rows.map(({ cells, problems }) => [
    ...titles.map((_, index) => cells[index] ?? ""),
    problems.join(" "),
  ]);
  return Papa.unparse([[...titles, "error"], ...lines]);
}
