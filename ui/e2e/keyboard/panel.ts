/** A panel with a touch screen: real Chromium on the test page, and fingers on it. */
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { type Browser, type CDPSession, chromium, type Page } from "playwright-core";
import { createServer, type ViteDevServer } from "vite";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export const PANEL = { width: 1024, height: 600 };
export const SCREEN = { width: 1280, height: 800 };

interface Point {
  x: number;
  y: number;
}

/** The page's server and the browser, for all tests of a file. */
export class Bench {
  private constructor(
    private readonly server: ViteDevServer,
    private readonly browser: Browser,
  ) {}

  static async start(): Promise<Bench> {
    const server = await createServer({
      configFile: false,
      root: ROOT,
      logLevel: "error",
      cacheDir: "node_modules/.vite-keyboard",
      plugins: [react()],
      resolve: { alias: [{ find: /^@siemens\/ix$/, replacement: "@siemens/ix/components" }] },
      optimizeDeps: { entries: ["e2e/keyboard/index.html"] },
      server: { port: 0, hmr: false, watch: null },
    });
    await server.listen();
    const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
    const more = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];
    const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: [...args, ...more] });
    const bench = new Bench(server, browser);
    await bench.warm();
    return bench;
  }

  /** The first visit makes the server bundle what the page imports, and then it loads the page once more. */
  private async warm(): Promise<void> {
    const panel = await this.panel();
    await panel.close();
  }

  async panel(query: Record<string, string> = {}, viewport = PANEL): Promise<Panel> {
    const context = await this.browser.newContext({ viewport, hasTouch: true });
    const page = await context.newPage();
    const failures: string[] = [];
    page.on("pageerror", (error) => failures.push(String(error)));
    page.on("console", (line) => line.type() === "error" && failures.push(line.text()));
    const [base] = this.server.resolvedUrls?.local ?? [];
    await page.goto(`${base}e2e/keyboard/index.html?${new URLSearchParams(query)}`, {
      waitUntil: "networkidle",
    });
    await page.locator("#name").waitFor();
    return new Panel(page, await context.newCDPSession(page), failures);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.server.close();
  }
}

export class Panel {
  constructor(
    readonly page: Page,
    private readonly touches: CDPSession,
    readonly failures: string[],
  ) {}

  /** Touches a field; the keyboard is there afterwards. */
  async enter(field: string): Promise<void> {
    await this.page.locator(field).tap();
    await this.page.locator(".tk").waitFor({ timeout: 2_000 });
  }

  /** Touches keys one after the other, by the places where they are now. */
  async keys(...ids: string[]): Promise<void> {
    for (const id of ids) {
      await this.fingers(await this.place(id));
      await this.fingers();
    }
  }

  /** The middle of a key. */
  async place(id: string): Promise<Point> {
    const box = await this.page.evaluate((wanted) => {
      const key = document.querySelector(`.tk [data-key="${wanted}"]`)?.getBoundingClientRect();
      return key && { x: key.x + key.width / 2, y: key.y + key.height / 2 };
    }, id);
    if (!box) throw new Error(`no key ${id}`);
    return box;
  }

  /** Fingers as they are from now on: each one that is new comes down, each one that is missing is lifted. */
  async fingers(...points: Point[]): Promise<void> {
    const touchPoints = points.map((point, id) => ({ ...point, id }));
    const type = points.length === 0 ? "touchEnd" : "touchStart";
    await this.touches.send("Input.dispatchTouchEvent", { type, touchPoints });
  }

  async slide(to: Point): Promise<void> {
    await this.touches.send("Input.dispatchTouchEvent", {
      type: "touchMove",
      touchPoints: [{ ...to, id: 0 }],
    });
  }

  async value(field: string): Promise<string> {
    return this.page.locator(field).inputValue();
  }

  /** What has the focus, within shadow trees the component. */
  async focused(): Promise<string> {
    return this.page.evaluate(() => document.activeElement?.id ?? "");
  }

  async isOpen(): Promise<boolean> {
    return this.page.locator(".tk").isVisible();
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
