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
    environment: "node",
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Each file has a server and a browser of its own; what is measured or looked at has the machine alone.
    fileParallelism: FILES[mode] === undefined,
    maxWorkers: 2,
    pool: "forks",
  },
}));
