import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

import { checkFirstLoad } from "./build/firstLoad.ts";

export default defineConfig({
  plugins: [react(), checkFirstLoad()],
  // The check above measures what counts: the compressed sizes of the first load.
  build: { chunkSizeWarningLimit: 1000, reportCompressedSize: false },
});
