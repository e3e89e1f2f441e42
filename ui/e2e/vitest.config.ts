import { defineConfig } from "vitest/config";

/**
 * The pages in a real browser against the real server: `npm run e2e [-- page ...]`. The other modes are no tests:
 * `measure` tells how fast the pages are, `pictures` takes those of the README.
 */
const FILES: Record<string, string[]> = {
  measure: ["measure/*.ts"],
  pictures: ["pictures/*.ts"],
};

export default defineConfig(({ mode }) => ({
  cacheDir: "../node_modules/.vite-e2e",
  test: {
    root: import.meta.dirname,
    include: FILES[mode] ?? ["*.e2e.ts", "keyboard/*.e2e.ts"],
    globalSetup: ["stage/server.ts"],
    environment: "node",
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // One server, one browser, one after the other: what a test sees is what it did.
    fileParallelism: false,
    pool: "forks",
  },
}));
