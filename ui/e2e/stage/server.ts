/** Starts real servers, each on data of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../../..");

/** The program that is tested: `PFORTE_BIN`, else the debug build of this tree. */
export function binary(): string {
  const target = process.env.CARGO_TARGET_DIR ?? join(ROOT, "target");
  const found = process.env.PFORTE_BIN ?? join(target, "debug/pforte");
  if (!existsSync(found)) throw new Error(`${found} is missing: cargo build --package pforte`);
  return found;
}

/** A port that nobody has just now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

export interface Server {
  url: string;
  stop: () => Promise<void>;
}

export interface Start {
  /** Whether it makes the demo plant where there are no data yet. */
  demo?: boolean;
  /** Lines of a configuration. */
  config?: string;
}

export interface OwnStart extends Start {
  /** Data that are there and stay; without it the server begins with none. */
  data?: string;
}

/** Starts a server on data that may be there already; it answers when this is done. */
export async function startServer(
  data: string,
  port: number,
  { demo = true, config }: Start = {},
): Promise<Server> {
  const args = ["serve", "--data", data, "--listen", `127.0.0.1:${port}`, "--log", "warn"];
  if (demo) args.push("--demo");
  if (config !== undefined) {
    const file = `${data}.toml`;
    writeFileSync(file, `version = 1\n${config}\n`);
    args.push("--config", file);
  }
  const child = spawn(binary(), args, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
  const url = `https://localhost:${port}`;
  const limit = Date.now() + 60_000;
  // The demo plant is made when the server stands already; its users are written down last.
  const made = join(data, "demo-credentials.json");
  while (!(await answers(url)) || (demo && !existsSync(made))) {
    if (child.exitCode !== null || Date.now() > limit) throw new Error(`the server does not start:\n${said}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { url, stop: () => stop(child) };
}

/** A server on data of its own; `end` stops it and takes them away. */
export async function openServer(start: OwnStart): Promise<OwnServer & { end: () => Promise<void> }> {
  const data = start.data ?? mkdtempSync(join(tmpdir(), "pforte-e2e-"));
  const port = await freePort();
  let server = await startServer(data, port, start);
  return {
    url: server.url,
    data,
    stop: () => server.stop(),
    restart: async () => {
      await server.stop();
      server = await startServer(data, port, start);
    },
    end: async () => {
      await server.stop();
      if (start.data === undefined) rmSync(data, { recursive: true, force: true });
      rmSync(`${data}.toml`, { force: true });
    },
  };
}

/** A server for one test. */
export async function withServer(start: OwnStart, test: (server: OwnServer) => Promise<void>): Promise<void> {
  const server = await openServer(start);
  try {
    await test(server);
  } finally {
    await server.end();
  }
}

export interface OwnServer extends Server {
  data: string;
  /** Ends it if it runs, and starts it anew on the same data and port. */
  restart: () => Promise<void>;
}

async function answers(url: string): Promise<boolean> {
  // The server's certificate is its own, made at the first start.
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
  return fetch(`${url}/api/v1/logon`).then(
    (answer) => answer.ok,
    () => false,
  );
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await gone;
}
