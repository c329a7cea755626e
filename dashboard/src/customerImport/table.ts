import Papa from "papaparse";

/** A CSV file: the titles of its first line, and all lines below that are not empty. */
export interface CsvTable {
  fileName: string;
  titles: string[];
  lines: string[][];
}

/** Reads a CSV file; throws an Error with a sentence for the person where it is none. */
export async function readTable(file: File): Promise<CsvTable> {
  const { data, errors } = Papa.parse<string[]>(await readText(file), {
    skipEmptyLines: "greedy",
    delimitersToGuess: [",", ";", "\t"],
  });
  const broken = errors.find(({ type }) => type === "Quotes");
  if (broken) {
    throw new Error(`Line ${(broken.row ?? 0) + 1} has a quote that is not closed, or text after it.`);
  }
  const [titles, ...lines] = data.map((cells) => cells.map((cell) => cell.trim()));
  if (!titles || lines.length === 0) {
    throw new Error("The file has no rows. Its first line has the titles, and each other line a customer.");
  }
  return { fileName: file.name, titles, lines };
}

async function readText(file: File): Promise<string> {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    throw new Error("The file is not in UTF-8. In Excel, save it as “CSV UTF-8”.");
  }
}
