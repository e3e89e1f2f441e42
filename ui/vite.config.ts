import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { compressed } from "./compressed.mjs";

/** The first character that the Japanese slices are asked for; those below have a slice of their own. */
const FIRST_JAPANESE = 0x2070;

/** iX names one font family; the Japanese slices join it, with what the Latin ones do not have. */
function fontFamily(): Plugin {
  const isJapanese = (range: string): boolean => Number.parseInt(range.trim().slice(2), 16) >= FIRST_JAPANESE;
  const ranges = (_: string, list: string): string => {
    const kept = list.split(",").filter(isJapanese).join(",");
    return `unicode-range: ${kept === "" ? "U+10FFFF" : kept};`;
  };
  return {
    name: "pforte-font-family",
    enforce: "pre",
    transform(code, id) {
      if (!id.includes("noto-sans-jp/wght.css")) return null;
      const japanese = code.replaceAll(/@font-face\s*\{[^}]*noto-sans-jp-[a-z][^}]*\}/g, "");
      const joined = japanese.replaceAll("Noto Sans JP Variable", "Siemens Sans");
      return { code: joined.replaceAll(/unicode-range:([^;]*);/g, ranges), map: null };
    },
  };
}

export default defineConfig({
  plugins: [react(), fontFamily(), compressed()],
  resolve: {
    // One copy of the components: some of iX's packages import its lazy bundle by the short name.
    alias: [{ find: /^@siemens\/ix$/, replacement: "@siemens/ix/components" }],
  },
  build: {
    target: "es2022",
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
