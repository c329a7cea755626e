import { gzipSync } from "node:zlib";

import type { Plugin, Rolldown } from "vite";

const LIMIT_KILOBYTES = 250;
/** Packages that only pages with charts may load. */
const CHART_PACKAGES = /node_modules\/(recharts|d3-|@mantine\/charts)/;

type Bundle = Rolldown.OutputBundle;

/** Fails the build if the first load is over 250 kB compressed, or has charts in it. */
export function checkFirstLoad(): Plugin {
  return {
    name: "check-first-load",
    // After Vite has added the styles.
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const chunks = listFirstChunks(bundle);
        const charts = chunks.filter((chunk) => chunk.moduleIds.some((id) => CHART_PACKAGES.test(id)));
        if (charts.length > 0) {
          this.error(`Charts must be in a chunk of their own, not in ${charts.map(nameOf).join(", ")}.`);
        }
        const kilobytes = measureKilobytes(bundle, chunks);
        const sentence = `The first load has ${kilobytes.toFixed(1)} kB compressed`;
        if (kilobytes > LIMIT_KILOBYTES) this.error(`${sentence}; at most ${LIMIT_KILOBYTES} are allowed.`);
        this.info(`${sentence} of ${LIMIT_KILOBYTES}.`);
      },
    },
  };
}

/** The entry and all that it imports before anything is shown. */
function listFirstChunks(bundle: Bundle): Rolldown.OutputChunk[] {
  const found = new Set<string>();
  const follow = (name: string) => {
    const output = bundle[name];
    if (output?.type !== "chunk" || found.has(name)) return;
    found.add(name);
    output.imports.forEach(follow);
  };
  for (const output of Object.values(bundle)) {
    if (output.type === "chunk" && output.isEntry) follow(output.fileName);
  }
  return Object.values(bundle).filter(
    (output) => output.type === "chunk" && found.has(output.fileName),
  ) as Rolldown.OutputChunk[];
}

function measureKilobytes(bundle: Bundle, chunks: Rolldown.OutputChunk[]): number {
  const styles = new Set(chunks.flatMap((chunk) => [...(chunk.viteMetadata?.importedCss ?? [])]));
  const sources = Object.values(bundle).flatMap((output) => {
    if (output.type === "chunk") return chunks.includes(output) ? [output.code] : [];
    return styles.has(output.fileName) || output.fileName === "index.html" ? [output.source] : [];
  });
  return sources.reduce((bytes, source) => bytes + gzipSync(source).length, 0) / 1000;
}

function nameOf(chunk: Rolldown.OutputChunk): string {
  return chunk.fileName;
}
