import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { compression, defineAlgorithm } from "vite-plugin-compression2";
import { defineConfig } from "vitest/config";

const dist = fileURLToPath(new URL("dist", import.meta.url));

/** Empties `dist` but for the file that keeps the folder in git: the server's build watches the folder. */
function emptied(): Plugin {
  return {
    name: "pforte-emptied",
    apply: "build",
    async buildStart() {
      for (const made of ["assets", "index.html", "index.html.br", "index.html.gz"]) {
        await rm(`${dist}/${made}`, { recursive: true, force: true });
      }
    },
  };
}

/** iX names one font family; the Japanese slices join it. */
function fontFamily(): Plugin {
  return {
    name: "pforte-font-family",
    enforce: "pre",
    transform(code, id) {
      if (!id.includes("noto-sans-jp/wght.css")) return null;
      return { code: code.replaceAll("Noto Sans JP Variable", "Siemens Sans"), map: null };
    },
  };
}

export default defineConfig({
  plugins: [
    react(),
    fontFamily(),
    emptied(),
    compression({
      include: /\.(js|css|svg)$/,
      threshold: 1024,
      algorithms: [defineAlgorithm("brotliCompress"), defineAlgorithm("gzip")],
    }),
  ],
  resolve: {
    // One copy of the components: some of iX's packages import its lazy bundle by the short name.
    alias: [{ find: /^@siemens\/ix$/, replacement: "@siemens/ix/components" }],
  },
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: false,
    // No file is written into the page: `data:` fonts and scripts would need a weaker policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
  },
  server: { proxy: { "/api": { target: "https://localhost:8443", secure: false } } },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/testing.ts"],
    restoreMocks: true,
  },
});
