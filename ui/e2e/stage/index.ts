/** A browser on the real server: log-on as a user of the demo, screenshots, axe, what the console said. */
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { type OwnServer, openServer } from "./server";

const SHOTS = join(import.meta.dirname, "../shots");
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // What strange pages may send to us is for us to refuse, not for this browser's settings.
  "--disable-features=LocalNetworkAccessChecks",
];

export const SIZES = { screen: { width: 1280, height: 800 }, panel: { width: 1024, height: 600 } } as const;
export type Size = keyof typeof SIZES;
export type Theme = "light" | "dark";

export interface DemoUser {
  directory: string;
  user: string;
  password: string;
  roles: string[];
}

export interface DemoCredential {
  kind: "station" | "application";
  name: string;
  id: string;
  credential: string;
}

/** The demo server of the tests of this file. */
let common: OwnServer | undefined;

function server(): OwnServer {
  if (common === undefined) throw new Error("the server is not there yet");
  return common;
}

const read = <T>(file: string, data = server().data): T =>
  JSON.parse(readFileSync(join(data, file), "utf8")) as T;

/** A user of the demo: by name, or the first who has a role; `data` is another server's. */
export function demoUser(who: { user?: string; role?: string }, data?: string): DemoUser {
  const users = read<DemoUser[]>("demo-users.json", data);
  const found = users.find((one) => one.user === who.user || one.roles.some((role) => role === who.role));
  if (found === undefined)
    throw new Error(`no such user: ${JSON.stringify(users.map((u) => [u.user, u.roles]))}`);
  return found;
}

export const demoCredentials = (): DemoCredential[] => read("demo-credentials.json");

export interface Visit {
  size?: Size;
  theme?: Theme;
  language?: string;
  touch?: boolean;
  /** Whether scripts run in it; they do unless this says no. */
  scripts?: boolean;
  /** Another server than the common one. */
  url?: string;
  /** Headers of every request, such as a station's credential. */
  headers?: Record<string, string>;
}

/** What a route answers in the server's stead when it fails. */
export const failing = (status: number, code: string) => ({
  status,
  contentType: "application/problem+json",
  body: JSON.stringify({ status, code, detail: "", request_id: `test-${status}` }),
});

/** One visitor: a page in a context of its own, and what its console said. */
const asAsked = (visit: Visit): BrowserContextOptions => ({
  viewport: SIZES[visit.size ?? "screen"],
  colorScheme: visit.theme ?? "light",
  locale: visit.language ?? "en",
  hasTouch: visit.touch ?? false,
  javaScriptEnabled: visit.scripts ?? true,
  ignoreHTTPSErrors: true,
  extraHTTPHeaders: visit.headers ?? {},
});

export class Visitor {
  private constructor(
    readonly page: Page,
    readonly context: BrowserContext,
    readonly url: string,
    /** Errors of console and page, and requests that left the server; empty at the end of a good test. */
    readonly faults: string[],
  ) {}

  static async enter(browser: Browser, visit: Visit): Promise<Visitor> {
    const url = visit.url ?? server().url;
    return Visitor.on(await browser.newContext(asAsked(visit)), url);
  }

  static async on(context: BrowserContext, url: string): Promise<Visitor> {
    // What a page does not show by then it does not show.
    context.setDefaultTimeout(10_000);
    const page = await context.newPage();
    const faults: string[] = [];
    // Of the whole context: a test may open further tabs.
    context.on("weberror", (error) => faults.push(`page: ${error.error()}`));
    context.on("console", (line) => {
      // That a call was refused is the server's answer, and shown; the browser notes it by itself.
      const refused = line.text().startsWith("Failed to load resource");
      if (line.type() === "error" && !refused) faults.push(`console: ${line.text()}`);
    });
    context.on("request", (request) => {
      const to = request.url();
      if (!to.startsWith(url) && !to.startsWith("data:") && !to.startsWith("blob:"))
        faults.push(`left: ${to}`);
    });
    return new Visitor(page, context, url, faults);
  }

  async open(path: string): Promise<void> {
    await this.page.goto(this.url + path);
  }

  /** Logs on by the page and waits for what comes after. */
  async logOn(user: DemoUser, path = "/station"): Promise<void> {
    await this.open(path === "/station" ? "/logon" : path);
    await this.choose(user.directory);
    await this.logOnHere(user.user, user.password);
  }

  /** Chooses the directory of the log-on. */
  async choose(directory: string): Promise<void> {
    await this.page.locator(".log-on-fields select").selectOption(directory);
  }

  /** The same on the page of the log-on, with whatever is chosen there. */
  async logOnHere(user: string, password: string): Promise<void> {
    await this.tryLogOn(user, password);
    await this.page.waitForURL((at) => at.pathname !== "/logon");
  }

  /** Types a name and a password and sends them. */
  async tryLogOn(user: string, password: string): Promise<void> {
    await this.page.locator('input[name="username"]').fill(user);
    await this.page.locator('input[name="password"]').fill(password);
    await this.page.locator('button[type="submit"]').click();
  }

  /** A picture of what is seen, in `e2e/shots`. */
  async shot(name: string): Promise<void> {
    mkdirSync(SHOTS, { recursive: true });
    await this.page.evaluate(() => document.fonts.ready);
    await this.page.screenshot({ path: join(SHOTS, `${name}.png`) });
  }

  /** Fails on a serious or critical finding of axe. */
  async axe(): Promise<void> {
    // Handed over by the protocol, not the page: its policy would not let it in.
    await this.page.evaluate(AXE);
    const found = await this.page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: { run: () => Promise<{ violations: AxeFinding[] }> } };
      const { violations } = await axe.run();
      return violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(
          ({ id, nodes }) =>
            `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join(" | ")}`,
        );
    });
    expect(found).toEqual([]);
  }

  /** Picture and axe in both themes and sizes: `<name>-<size>-<theme>.png`. */
  async look(name: string): Promise<void> {
    for (const size of ["screen", "panel"] as const) {
      for (const theme of ["light", "dark"] as const) {
        await this.page.setViewportSize(SIZES[size]);
        await this.page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
        // Colours change over a moment; axe must not measure them on their way.
        await this.page.evaluate(() => Promise.all(document.getAnimations().map((one) => one.finished)));
        await this.shot(`${name}-${size}-${theme}`);
        await this.axe();
        await this.fits();
      }
    }
  }

  /** Fails when the page is wider than the screen. */
  async fits(): Promise<void> {
    const over = await this.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(over, "pixels too wide").toBeLessThanOrEqual(0);
  }

  /** Ends the visit; the console must have said nothing. */
  async leave(): Promise<void> {
    await this.context.close();
    expect(this.faults).toEqual([]);
  }
}

interface AxeFinding {
  id: string;
  impact: string;
  nodes: { html: string; failureSummary: string }[];
}

type Enter = (visit?: Visit) => Promise<Visitor>;

const PROGRAM = process.env.CHROMIUM ?? "/usr/bin/chromium";

const launch = (): Promise<Browser> => chromium.launch({ executablePath: PROGRAM, args: FLAGS });

interface Profile {
  /** The folder of the browser's data. */
  folder: string;
  /** Flags beside those of every browser. */
  flags: string[];
  /** Variables of the environment beside ours. */
  env: Record<string, string>;
}

/** A visitor in an ordinary window, as people have it; those of the other tests are private ones. */
export async function withProfile(
  { folder, flags, env }: Profile,
  visit: Visit & { url: string },
  act: (visitor: Visitor) => Promise<void>,
): Promise<void> {
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: PROGRAM,
    args: [...FLAGS, ...flags],
    env: { ...(process.env as Record<string, string>), ...env },
    ...asAsked(visit),
  });
  try {
    await act(await Visitor.on(context, visit.url));
  } finally {
    await context.close();
  }
}

/** A browser that was never anywhere, for one act. */
export async function withBrowser<T>(act: (enter: Enter) => Promise<T>): Promise<T> {
  const browser = await launch();
  try {
    return await act((visit = {}) => Visitor.enter(browser, visit));
  } finally {
    await browser.close();
  }
}

/** A browser and a demo server for the tests of a file; `enter` gives a visitor. */
export function stage(): { enter: Enter } {
  let browser: Browser | undefined;
  let end = async (): Promise<void> => undefined;
  beforeAll(async () => {
    const opened = await openServer({ demo: true });
    common = opened;
    end = opened.end;
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await end();
  });
  return {
    enter: (visit = {}) => {
      if (browser === undefined) throw new Error("the browser is not there yet");
      return Visitor.enter(browser, visit);
    },
  };
}
