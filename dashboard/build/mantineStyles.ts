import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { Plugin, Rolldown } from "vite";

const FOLDER = "node_modules/@mantine/core/styles";
const LIST = "src/theme/mantine.css";
/** How Mantine calls the classes of its components. */
const COMPONENT_CLASS = /\bm_[0-9a-f]{5,8}\b/g;

/**
 * Fails the build if the list of styles lacks those of a component that the page uses, or has others: all of
 * Mantine's styles are 18 kB more to load.
 */
export function checkMantineStyles(): Plugin {
  return {
    name: "check-mantine-styles",
    generateBundle(_, bundle) {
      const used = new Set(Object.values(bundle).flatMap(listClasses));
      const listed = readFileSync(LIST, "utf-8");
      const isListed = (file: string) => listed.includes(`/styles/${file}"`);
      const isUsed = (file: string) => readClasses(file).some((name) => used.has(name));
      const files = listComponentFiles();
      const missing = files.filter((file) => isUsed(file) && !isListed(file));
      const unused = files.filter((file) => !isUsed(file) && isListed(file));
      if (missing.length > 0) this.error(`${LIST} lacks ${missing.join(", ")}.`);
      if (unused.length > 0) this.error(`${LIST} has ${unused.join(", ")}, which no page uses.`);
    },
  };
}

/** The sheets of components; the others, of the whole page, have no class. */
function listComponentFiles(): string[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(".css") && !file.endsWith(".layer.css"));
  return files.filter((file) => readClasses(file).length > 0);
}

function readClasses(file: string): string[] {
  return readFileSync(join(FOLDER, file), "utf-8").match(COMPONENT_CLASS) ?? [];
}

function listClasses(output: Rolldown.OutputAsset | Rolldown.OutputChunk): string[] {
  return output.type === "chunk" ? (output.code.match(COMPONENT_CLASS) ?? []) : [];
}
