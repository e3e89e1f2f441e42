/** What an application has to do with signatures: its own dialog, and the webhook by which it hears of them. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { demoUser, stage, type Visit, type Visitor } from "./stage";
import { call } from "./stage/call";
import { withSomeone } from "./stage/made";
import { ask, newMill, newPolicy } from "./stage/signatures";

const { enter } = stage();
const LIST = "/admin/applications";

async function administrator(visit: Visit = {}): Promise<Visitor> {
  const visitor = await enter(visit);
  await visitor.logOn(demoUser({ role: "Administrator" }), LIST);
  await visitor.page.getByRole("table").waitFor();
  return visitor;
}

let made = 0;
/** An application of a test's own, made behind the page's back. */
async function own(visitor: Visitor, name: string): Promise<string> {
  made += 1;
  const body = { key: `signing${made}`, name, areas: ["dairy"] };
  return (await call(visitor.page, "POST", "/applications", body)).application.id;
}

async function open(visitor: Visitor, id: string, more = ""): Promise<void> {
  await visitor.open(`${LIST}?id=${id}${more}`);
  await visitor.page.getByRole("navigation", { name: "Parts of the application" }).waitFor();
}

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const saved = (page: Page) => page.getByText("Not saved yet").waitFor({ state: "detached" });

describe("the own dialog of an application", () => {
  const check = (page: Page) => page.getByRole("checkbox", { name: /typed in its own dialog/ });

  it("is off by default, says what it means, and is saved", async () => {
    const visitor = await administrator();
    const { page } = visitor;
    const id = await own(visitor, "Dialog");
    await open(visitor, id);
    expect(await check(page).isChecked()).toBe(false);
    await page.getByText("sees the password of everybody who signs").waitFor();
    await check(page).check();
    await visitor.look("application-own-dialog");
    await button(page, "Save").click();
    await saved(page);
    expect(await call(page, "GET", `/applications/${id}`)).toMatchObject({
      own_dialog: true,
      name: "Dialog",
    });
    await page.reload();
    await check(page).waitFor();
    expect(await check(page).isChecked()).toBe(true);
    await visitor.leave();
  });

  it("of which two administrators want different things is asked, not overwritten", async () => {
    const visitor = await administrator();
    const { page } = visitor;
    const id = await own(visitor, "Both");
    await open(visitor, id);
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("Mine");
    const { version } = await call(page, "GET", `/applications/${id}`);
    await call(page, "PATCH", `/applications/${id}`, { version, own_dialog: true });
    await button(page, "Save").click();
    await page.getByRole("alertdialog").getByText("May send names and passwords").waitFor();
    await visitor.look("application-own-dialog-conflict");
    await button(page, "Save what is chosen").click();
    await page.getByRole("heading", { level: 1, name: "Mine" }).waitFor();
    expect(await call(page, "GET", `/applications/${id}`)).toMatchObject({ own_dialog: true, name: "Mine" });
    expect(await check(page).isChecked()).toBe(true);
    await visitor.leave();
  });

  it("of Pforte itself is none", async () => {
    const visitor = await administrator();
    const { page } = visitor;
    await visitor.open(`${LIST}?text=pforte`);
    await page.getByRole("table").getByRole("link").first().click();
    await page.getByText("This is Pforte itself.").waitFor();
    expect(await check(page).count()).toBe(0);
    await visitor.leave();
  });
});

interface Heard {
  headers: IncomingHttpHeaders;
  body: string;
}

interface Listener {
  url: string;
  heard: Heard[];
  /** What it answers from now on. */
  answer: (status: number) => void;
  stop: () => Promise<void>;
}

/** A little application that takes messages. */
async function listener(): Promise<Listener> {
  const heard: Heard[] = [];
  let status = 204;
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      heard.push({ headers: request.headers, body });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/signatures`,
    heard,
    answer: (next) => {
      status = next;
    },
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function withListener(test: (application: Listener) => Promise<void>): Promise<void> {
  const application = await listener();
  try {
    await test(application);
  } finally {
    await application.stop();
  }
}

describe("the webhook of an application", () => {
  const TAB = "&tab=webhook";
  const address = (page: Page) => page.getByRole("textbox", { name: "Address" });
  const authorities = (page: Page) => page.getByRole("textbox", { name: /^Authorities/ });
  const state = (page: Page) => page.getByRole("region", { name: "State of the webhook" });
  const alert = (page: Page) => page.getByRole("alertdialog");

  /** Reads the secret that is told, and lets it go. */
  async function secret(page: Page): Promise<string> {
    await alert(page)
      .getByRole("heading", { name: /^Webhook secret of / })
      .waitFor();
    const told = (await alert(page).locator("code").textContent()) ?? "";
    await alert(page).getByRole("button", { name: "I have kept it" }).click();
    await alert(page).waitFor({ state: "detached" });
    return told;
  }

  it("is set, tested, renewed and removed; its secret is told once", async () => {
    const visitor = await administrator();
    const { page } = visitor;
    const id = await own(visitor, "Hook");
    await open(visitor, id);
    await button(page, "Webhook").click();
    await page.waitForURL(/tab=webhook/);
    await page.getByText("There is no webhook yet").waitFor();
    await visitor.look("application-webhook-none");
    await withListener(async (application) => {
      await address(page).fill(application.url);
      await button(page, "Save").click();
      await alert(page).waitFor();
      await visitor.look("application-webhook-secret");
      await page.keyboard.press("Escape");
      const first = await secret(page);
      expect(first).toMatch(/^whsec_/);
      expect(await page.content()).not.toContain(first);
      await saved(page);
      await state(page).getByText("not yet").waitFor();
      await button(page, "Send a test message").click();
      await page.getByText(/^The test message was taken in [\d,]+ ms/).waitFor();
      expect(application.heard).toHaveLength(1);
      expect(JSON.parse(application.heard[0]?.body ?? "")).toMatchObject({ type: "test" });
      expect(application.heard[0]?.headers["webhook-signature"]).toMatch(/^v1,/);
      await visitor.look("application-webhook-taken");

      application.answer(500);
      await button(page, "Send a test message").click();
      await page.getByText("answered 500", { exact: false }).waitFor();
      await application.stop();
      await button(page, "Send a test message").click();
      const quoted = page.locator("blockquote[lang=en]");
      await quoted.getByText("not reached", { exact: false }).waitFor();
      await page.getByText("The test message was not taken").waitFor();
      await visitor.look("application-webhook-not-taken");

      await button(page, "New secret").click();
      await alert(page).getByRole("button", { name: "New secret" }).click();
      expect(await secret(page)).not.toBe(first);
      await page.reload();
      await state(page).waitFor();
      expect(await address(page).inputValue()).toBe(application.url);
      expect(await alert(page).count()).toBe(0);
    });
    await button(page, "Remove the webhook").click();
    await alert(page).getByRole("button", { name: "Remove the webhook" }).click();
    await page.getByText("There is no webhook yet").waitFor();
    expect(await address(page).inputValue()).toBe("");
    await visitor.leave();
  });

  it("whose address or authorities are refused keeps what was typed", async () => {
    const visitor = await administrator();
    const { page } = visitor;
    const id = await own(visitor, "Refused");
    await open(visitor, id, TAB);
    await address(page).fill("http://batch.plant/");
    await authorities(page).fill("no certificate");
    const refused = async (says: string): Promise<void> => {
      await button(page, "Save").click();
      await page.getByRole("alert").getByText(says, { exact: false }).waitFor();
      expect(await authorities(page).inputValue()).toBe("no certificate");
      await page.getByText("Not saved yet").waitFor();
    };
    await refused("https is needed");
    expect(await address(page).inputValue()).toBe("http://batch.plant/");
    await visitor.look("application-webhook-refused");
    await address(page).fill("https://batch.plant/");
    await refused("are not certificates in PEM");
    // What is too long is refused, never cut.
    const long = "long ".repeat(20_000);
    await authorities(page).fill(long);
    await button(page, "Save").click();
    await page.getByText("What was sent is too long.").waitFor();
    expect(await authorities(page).inputValue()).toBe(long);
    await authorities(page).fill("no certificate");
    expect(await address(page).inputValue()).toBe("https://batch.plant/");
    await page.route("**/webhook", (route) => route.abort());
    await refused("The server does not answer.");
    await page.unroute("**/webhook");
    await visitor.leave();
  });

  it("is told to who looks while it fails, and when it takes messages again", async () => {
    const visitor = await administrator();
    const { page, url } = visitor;
    const mill = await newMill(page, url);
    await newPolicy(page, mill);
    const { items } = await call(page, "GET", `/applications?search=${mill.key}`);
    const id = items[0].id;
    await withListener(async (application) => {
      application.answer(503);
      await call(page, "PUT", `/applications/${id}/webhook`, { url: application.url });
      await open(visitor, id, TAB);
      await state(page).getByText("not yet").waitFor();
      await ask(url, mill, "Lot W1");
      await state(page).getByText("answered 503", { exact: false }).waitFor({ timeout: 30_000 });
      await state(page)
        .getByText(/^No message has been taken since/)
        .waitFor();
      expect(await state(page).locator("dd").first().textContent()).toBe("1");
      await visitor.look("application-webhook-failing");
      application.answer(204);
      await state(page).locator("dd time").waitFor({ timeout: 60_000 });
      await state(page)
        .getByText(/^No message has been taken since/)
        .waitFor({ state: "detached" });
      expect(await state(page).locator("dd").first().textContent()).toBe("0");
      expect(application.heard.at(-1)?.body).toContain("Lot W1");
    });
    await visitor.leave();
  });

  it("that another administrator changed meanwhile is shown, not overwritten", async () => {
    const visitor = await administrator();
    const { page } = visitor;
    const id = await own(visitor, "Two");
    const hook = `/applications/${id}/webhook`;
    await call(page, "PUT", hook, { url: "http://127.0.0.1:9/" });
    await open(visitor, id, TAB);
    await address(page).fill("http://127.0.0.1:9/mine");
    await call(page, "PUT", hook, { url: "http://127.0.0.1:9/theirs" });
    await button(page, "Save").click();
    await alert(page).getByText("http://127.0.0.1:9/theirs").first().waitFor();
    expect(await call(page, "GET", hook)).toMatchObject({ url: "http://127.0.0.1:9/theirs" });
    await visitor.look("application-webhook-conflict");
    await button(page, "Keep theirs").click();
    await alert(page).waitFor({ state: "detached" });
    expect(await address(page).inputValue()).toBe("http://127.0.0.1:9/theirs");
    await visitor.leave();
  });

  it("is only shown to who may read but not change it", async () => {
    const other = await administrator();
    const id = await own(other, "Read");
    await call(other.page, "PUT", `/applications/${id}/webhook`, { url: "http://127.0.0.1:9/read" });
    await withSomeone(other, ["applications.read"], async (reader) => {
      const visitor = await enter();
      const { page } = visitor;
      await visitor.logOn(reader, LIST);
      await page.getByRole("table").waitFor();
      await open(visitor, id, TAB);
      await state(page).waitFor();
      expect(await address(page).getAttribute("readonly")).not.toBeNull();
      for (const name of ["Save", "Send a test message", "New secret", "Remove the webhook"])
        expect(await button(page, name).count()).toBe(0);
      await visitor.look("application-webhook-read-only");
      await visitor.leave();
    });
    await other.leave();
  });

  it("fits the panel in other languages, by touch", async () => {
    const visitor = await enter({ size: "panel", touch: true, language: "de" });
    const { page } = visitor;
    await visitor.logOn(demoUser({ role: "Administrator" }), LIST);
    await page.getByRole("table").waitFor();
    const id = await own(visitor, "Tafel");
    await call(page, "PUT", `/applications/${id}/webhook`, { url: `http://127.0.0.1:9/${"w".repeat(300)}` });
    await visitor.open(`${LIST}?id=${id}${TAB}`);
    await page.getByRole("button", { name: "Testnachricht senden" }).tap();
    await page.locator("blockquote").waitFor();
    await visitor.fits();
    const sizes = await page
      .locator(".page button:not([hidden])")
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(44);
    await visitor.look("application-webhook-de");
    await visitor.leave();
  });
});
