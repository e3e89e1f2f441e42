// Builds the pages beside `dist` and puts them there in one go: a server that serves `dist` meanwhile,
// or a second build, never meets half of it.
import { cp, mkdir, mkdtemp, readdir, rename, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { build } from "vite";
import { compressed } from "./compressed.mjs";

const dist = join(import.meta.dirname, "dist");
const lock = join(import.meta.dirname, "dist/.lock");

/** How long another build may take to put its files there. */
const PATIENCE_MS = 20_000;

async function locked(act) {
  const limit = Date.now() + PATIENCE_MS;
  while (
    !(await mkdir(lock).then(
      () => true,
      () => false,
    ))
  ) {
    if (Date.now() > limit) await rmdir(lock).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  try {
    await act();
  } finally {
    await rmdir(lock).catch(() => undefined);
  }
}

const made = await mkdtemp(join(import.meta.dirname, "node_modules/.pforte-dist-"));
try {
  await build({
    configFile: join(import.meta.dirname, "vite.config.ts"),
    logLevel: "warn",
    build: { outDir: made },
  });
  await build({
    configFile: false,
    logLevel: "warn",
    plugins: [compressed()],
    build: {
      outDir: join(made, "lite"),
      target: "chrome69",
      cssTarget: "chrome69",
      lib: {
        entry: join(import.meta.dirname, "src/plain/keyboard.ts"),
        formats: ["iife"],
        name: "keyboard",
        fileName: () => "keyboard.js",
        cssFileName: "keyboard",
      },
    },
  });
  await locked(async () => {
    const fresh = new Set(await readdir(join(made, "assets")));
    await cp(join(made, "assets"), join(dist, "assets"), { recursive: true });
    await cp(join(made, "lite"), join(dist, "lite"), { recursive: true });
    await rename(join(made, "index.html"), join(dist, "index.html"));
    for (const file of await readdir(join(dist, "assets"))) {
      if (!fresh.has(file)) await rm(join(dist, "assets", file));
    }
  });
} finally {
  await rm(made, { recursive: true, force: true });
}
