import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

import { checkFirstLoad } from "./build/firstLoad.ts";
import { checkMantineStyles } from "./build/mantineStyles.ts";

/** Browsers that know `light-dark()`: rewritten for older ones, it would take its dark values never. */
const WITH_LIGHT_DARK = ["chrome123", "edge123", "firefox120", "safari17.5"];

export default defineConfig({
  plugins: [react(), checkMantineStyles(), checkFirstLoad()],
  // The check above measures what counts: the compressed sizes of the first load.
  build: { chunkSizeWarningLimit: 1000, reportCompressedSize: false, cssTarget: WITH_LIGHT_DARK },
});
