import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server as Listener } from "node:net";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { demoUser, stage, type Visit, type Visitor } from "./stage";
import { Ad } from "./stage/ad";
import { administer } from "./stage/api";
import { freePort, type OwnServer, openServer, withServer } from "./stage/server";

const { enter } = stage();
let server: OwnServer & { end: () => Promise<void> };
let ad: Ad;

// What is done here changes which directory the log-on offers: not on the server of all tests.
beforeAll(async () => {
  ad = new Ad();
  server = await openServer({ demo: true });
});
afterAll(async () => server?.end());
beforeEach(async () => clear());

const STEPS = [
  "resolve",
  "connect",
  "tls",
  "certificate",
  "directory",
  "clock",
  "account",
  "search",
  "groups",
];

const as = (role: string) => demoUser({ role }, server.data);

async function administrator(path = "/admin/directories", visit: Visit = {}): Promise<Visitor> {
  const visitor = await enter({ url: server.url, ...visit });
  await visitor.logOn(as("Administrator"), path);
  return visitor;
}

/** A call of the API by the one who is logged on, behind the page's back. */
const behind = (page: Page, method: string, path: string, body?: unknown): Promise<Record<string, never>> =>
  page.evaluate(
    async ([method, path, body]) => {
      const answer = await fetch(`/api/v1${path}`, {
        method: method as string,
        headers: { "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!answer.ok) throw new Error(await answer.text());
      return answer.status === 204 ? {} : await answer.json();
    },
    [method, path, body],
  ) as Promise<Record<string, never>>;

interface Shown {
  id: string;
  name: string;
  version: number;
  enabled: boolean;
}

const all = async (page: Page): Promise<Shown[]> =>
  ((await behind(page, "GET", "/directories")) as { items?: Shown[] }).items ?? [];

const add = async (page: Page, name: string): Promise<Shown> =>
  (await behind(page, "POST", "/directories", ad.body(name))) as unknown as Shown;

/** Only the built-in directory stays, whatever a test before left. */
async function clear(): Promise<void> {
  const { ask, end } = await administer(server);
  const { items } = await ask<{ items: Shown[] }>("GET", "/directories");
  for (const { id, name } of items) if (name !== "local") await ask("DELETE", `/directories/${id}`);
  await end();
}

interface Typed {
  name?: string;
  domain?: string;
  server?: string;
  ca?: string;
  account?: string;
  password?: string;
}

async function type(page: Page, typed: Typed): Promise<void> {
  const { facts } = ad;
  await page.getByRole("textbox", { name: "Name", exact: true }).fill(typed.name ?? "works");
  await page.getByLabel("DNS name of the domain").fill(typed.domain ?? facts.domain);
  await page.getByLabel("Domain controller 1").fill(typed.server ?? ad.server);
  await page.getByLabel("Certificates (PEM)").fill(typed.ca ?? ad.ca);
  await page.getByLabel(/^Service account/).fill(typed.account ?? ad.account);
  await page.getByLabel("Password of the service account").fill(typed.password ?? facts.service.password);
}

const step = (page: Page, name: string) => page.locator(`[data-step="${name}"]`);

/** The states of the steps at one server, in order. */
const states = (page: Page): Promise<(string | null)[]> =>
  page.locator("[data-step]").evaluateAll((steps) => steps.map((one) => one.getAttribute("data-state")));

async function tested(page: Page, said: string): Promise<void> {
  await page.getByRole("button", { name: "Test now" }).click();
  await page.getByText(said, { exact: true }).waitFor();
}

/** A server that takes connections and says nothing. */
async function silent(): Promise<{ port: number; listener: Listener }> {
  const port = await freePort();
  const listener = createServer(() => undefined);
  await new Promise<void>((done) => listener.listen(port, "127.0.0.1", done));
  return { port, listener };
}

describe("an Active Directory", () => {
  it("is added by the mouse, after a test that shows each step", async () => {
    const visitor = await administrator();
    const { page } = visitor;
    await page.getByText("Built in", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Add Active Directory" }).click();
    await page.getByRole("heading", { level: 1, name: "Add an Active Directory" }).waitFor();
    await visitor.look("directory-new");
    await type(page, {});
    await page.getByText("CN=", { exact: false }).first().waitFor();
    await tested(page, "Everything is good.");
    expect(await states(page)).toEqual(STEPS.map(() => "good"));
    expect(await step(page, "account").textContent()).toContain(ad.account);
    expect(await step(page, "certificate").textContent()).toContain(ad.facts.host);
    await visitor.look("directory-tested");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "works" }).waitFor();
    await page.getByText("answers", { exact: true }).waitFor();
    await page.getByLabel("How the name begins").fill("alic");
    await page.getByRole("listitem").filter({ hasText: "alice" }).waitFor();
    await visitor.look("directory");
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "works" }).waitFor();
    await page.getByRole("button", { name: "All directories" }).click();
    await page.getByRole("link", { name: "works" }).waitFor();
    await visitor.look("directories");
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: "works" }).waitFor();
    await visitor.leave();
  });

  it("is added by keys alone", async () => {
    const visitor = await administrator();
    const { page } = visitor;
    await page.getByRole("button", { name: "Add Active Directory" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Add an Active Directory" }).waitFor();
    const keys = page.keyboard;
    for (const text of ["works", ad.facts.domain, ad.server]) {
      await keys.insertText(text);
      await keys.press("Tab");
    }
    // Another server, then whom to trust, then the file.
    for (let i = 0; i < 3; i += 1) await keys.press("Tab");
    await keys.insertText(ad.ca);
    await keys.press("Tab");
    await keys.insertText(ad.account);
    await keys.press("Tab");
    await keys.insertText(ad.facts.service.password);
    await keys.press("Enter");
    await page.getByRole("heading", { level: 1, name: "works" }).waitFor();
    await visitor.leave();
  });

  it("shows each step while the next ones are still tried, and can be stopped", async () => {
    const { port, listener } = await silent();
    const visitor = await administrator("/admin/directories/new");
    const { page } = visitor;
    await type(page, {});
    await page.getByRole("button", { name: "Another server" }).click();
    await page.getByLabel("Domain controller 2").fill(`silent.test.lab:${port}=127.0.0.1`);
    await page.getByRole("button", { name: "Test now" }).click();
    await page.locator('[data-step="groups"][data-state="good"]').waitFor();
    const second = page.locator('[data-step="tls"]').nth(1);
    await page.locator('[data-step="tls"][data-state="running"]').waitFor();
    expect(await page.locator('[data-state="waiting"]').count()).toBeGreaterThan(3);
    await visitor.shot("directory-testing");
    await page.getByText("The server did not finish setting up encryption in time.").waitFor();
    expect(await second.getAttribute("data-state")).toBe("bad");
    expect((await states(page)).slice(12)).toEqual(Array.from({ length: 6 }, () => "left-out"));
    await page.getByRole("button", { name: "Test now" }).click();
    await page.locator('[data-step="tls"][data-state="running"]').waitFor();
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await page.getByRole("button", { name: "Test now" }).waitFor();
    expect(await page.locator('[data-state="running"]').count()).toBe(0);
    listener.close();
    await visitor.leave();
  });

  it("that cannot be reached is told by what is wrong, and can be saved all the same", async () => {
    const visitor = await administrator("/admin/directories/new");
    const { page } = visitor;
    const { facts } = ad;
    const port = await freePort();
    const wrong: [string, Typed, string, string][] = [
      [
        "resolve",
        { server: "nowhere.ad.test.lab.invalid" },
        "The server's name could not be resolved.",
        "Check its spelling",
      ],
      [
        "certificate",
        { ca: readFileSync(join(server.data, "ca.pem"), "utf8") },
        "issued by an authority that is not trusted here",
        "Give the certificate",
      ],
      [
        "certificate",
        { server: `other.test.lab=${facts.address}` },
        "The server's certificate is for another name.",
        facts.host,
      ],
      [
        "directory",
        { domain: "other.test.lab" },
        "The server belongs to another domain.",
        "correct the domain's name",
      ],
      // Nobody's account: a wrong password counts at the domain controller.
      [
        "account",
        { account: `${ad.newUser()}@${facts.domain}`, password: "wrong" },
        "refused the service account's name or password",
        "lock the account",
      ],
      [
        "connect",
        { server: `${facts.host}:${port}=127.0.0.1` },
        "The server refused the connection.",
        "LDAPS",
      ],
    ];
    for (const [name, typed, what, todo] of wrong) {
      await type(page, typed);
      await tested(page, "Not everything is good.");
      expect(await step(page, name).getAttribute("data-state"), name).toBe("bad");
      const said = await step(page, name).textContent();
      expect(said).toContain(what);
      expect(said).toContain(todo);
      const after = (await states(page)).slice(STEPS.indexOf(name) + 1);
      expect(new Set(after), name).toEqual(new Set(["left-out"]));
    }
    await visitor.look("directory-bad");
    await page.getByText("may not be able to log on").waitFor();
    await page.getByRole("button", { name: "Add all the same" }).click();
    await page.getByRole("heading", { level: 1, name: "works" }).waitFor();
    await page.locator(".d-down").getByText("The server refused the connection.").waitFor();
    await visitor.look("directory-down");
    await visitor.leave();
  });

  it("tells a German what is wrong in German", async () => {
    const visitor = await administrator("/admin/directories/new", { language: "de" });
    const { page } = visitor;
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("Werk");
    await page.getByLabel("DNS-Name der Domäne").fill(ad.facts.domain);
    await page.getByLabel("Domänencontroller 1").fill(`other.test.lab=${ad.facts.address}`);
    await page.getByLabel("Zertifikate (PEM)").fill(ad.ca);
    await page.getByLabel(/^Dienstkonto/).fill(ad.account);
    await page.getByLabel("Kennwort des Dienstkontos").fill(ad.facts.service.password);
    await page.getByRole("button", { name: "Jetzt prüfen" }).click();
    await page.getByText("Das Zertifikat des Servers ist für einen anderen Namen.").waitFor();
    await visitor.look("directory-de");
    await visitor.leave();
  });

  it("takes its authorities from a file and says what is in it", async () => {
    const visitor = await administrator("/admin/directories/new");
    const { page } = visitor;
    const [chooser] = await Promise.all([
      page.waitForEvent("filechooser"),
      page.getByRole("button", { name: "Choose a file" }).click(),
    ]);
    await chooser.setFiles(ad.facts.ca_certificate);
    await page.locator(".d-certificates").getByText("CN=").waitFor();
    expect(await page.getByLabel("Certificates (PEM)").inputValue()).toBe(ad.ca);
    await page.getByLabel("Certificates (PEM)").fill("nothing of the kind");
    await page.getByText("There is no certificate in this text.").waitFor();
    await visitor.leave();
  });
});

describe("a change", () => {
  it("that leads the stored password elsewhere needs the password again", async () => {
    const visitor = await administrator();
    const { page } = visitor;
    const { id } = await add(page, "works");
    await page.goto(`${server.url}/admin/directories/${id}`);
    await page.getByText("Leave it empty to keep the stored one.").waitFor();
    await tested(page, "Everything is good.");
    const save = page.getByRole("button", { name: "Save", exact: true });
    await page.getByLabel("Domain controller 1").fill(`${ad.facts.host}:3636=${ad.facts.address}`);
    await page.getByText("Needed again: the stored password").waitFor();
    await page.getByText("Something was changed since this test.").waitFor();
    expect(await save.isDisabled()).toBe(true);
    expect(await page.getByRole("button", { name: "Test now" }).isDisabled()).toBe(true);
    await visitor.look("directory-again");
    await page.getByLabel("Password of the service account").fill(ad.facts.service.password);
    await save.click();
    await page.getByText("The server refused the connection.").waitFor();
    await page.getByLabel("Domain controller 1").fill(ad.server);
    await page.getByLabel("Password of the service account").fill(ad.facts.service.password);
    await save.click();
    await page.getByText("answers", { exact: true }).waitFor();
    await visitor.leave();
  });

  it("that the server refuses keeps what was typed", async () => {
    const visitor = await administrator("/admin/directories/new");
    const { page } = visitor;
    await type(page, { name: "LOCAL" });
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByText("duplicate", { exact: false }).waitFor();
    expect(await page.getByRole("textbox", { name: "Name", exact: true }).inputValue()).toBe("LOCAL");
    expect(await page.getByLabel("Password of the service account").inputValue()).toBe(
      ad.facts.service.password,
    );
    await page.getByRole("button", { name: "All directories" }).click();
    await page.getByRole("button", { name: "Stay here" }).click();
    expect(await page.getByLabel("Domain controller 1").inputValue()).toBe(ad.server);
    await visitor.leave();
  });

  it("of another administrator is shown, not overwritten", async () => {
    const visitor = await administrator();
    const { page } = visitor;
    const { id } = await add(page, "works");
    await page.goto(`${server.url}/admin/directories/${id}`);
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("mine");
    await behind(page, "PATCH", `/directories/${id}`, { version: 1, name: "theirs" });
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("alertdialog").getByText("theirs", { exact: true }).waitFor();
    await visitor.look("directory-conflict");
    await page.getByRole("button", { name: "Keep theirs" }).click();
    await page.getByRole("heading", { level: 1, name: "theirs" }).waitFor();
    await visitor.leave();
  });

  it("of the switch ends sessions, and a removal says what still uses it", async () => {
    const visitor = await administrator();
    const { page } = visitor;
    const { id } = await add(page, "works");
    await page.goto(`${server.url}/admin/directories/${id}`);
    const alice = await enter({ url: server.url });
    await alice.open("/logon");
    await alice.choose("works");
    await alice.logOnHere("alice", ad.facts.user_password);
    await page.getByRole("button", { name: "Switch off" }).click();
    await visitor.look("directory-off");
    await page.getByRole("alertdialog").getByRole("button", { name: "Switch off" }).click();
    await page.getByText("Off", { exact: true }).waitFor();
    await alice.page.waitForURL((at) => at.pathname === "/logon", { timeout: 5_000 });
    await alice.leave();
    await page.getByRole("button", { name: "Switch on" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Switch on" }).click();
    await page.getByText("answers", { exact: true }).waitFor();
    const group = (await behind(page, "POST", "/groups", { name: "Mixers" })) as unknown as { id: string };
    const member = { kind: "user", directory: "works", name: "alice" };
    const known = await behind(page, "PUT", `/groups/${group.id}/members`, member);
    expect(known).toBeDefined();
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
    await page.getByText("is in the group Mixers", { exact: false }).waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    const groups = (await behind(page, "GET", `/groups/${group.id}`)) as unknown as {
      members: { id: string }[];
    };
    for (const { id: one } of groups.members)
      await behind(page, "DELETE", `/groups/${group.id}/members/user/${one}`);
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
    await page.getByRole("link", { name: "works" }).waitFor({ state: "detached" });
    await page.getByRole("heading", { level: 1, name: "Directories" }).waitFor();
    await visitor.leave();
  });
});

describe("the order", () => {
  const names = (page: Page): Promise<string[]> =>
    page.locator("[data-directory] .d-name").evaluateAll((all) => all.map((one) => one.textContent ?? ""));
  const three = async (page: Page): Promise<void> => {
    await add(page, "north");
    await add(page, "south");
    await page.reload();
    await page.getByRole("link", { name: "south" }).waitFor();
  };
  const order = async (page: Page, wanted: string[]): Promise<void> => {
    await expect.poll(() => names(page)).toEqual(wanted);
    await expect.poll(async () => (await all(page)).map(({ name }) => name)).toEqual(wanted);
  };

  it("is changed by buttons, keys and mouse, and the first is the default at the log-on", async () => {
    const visitor = await administrator();
    const { page } = visitor;
    await three(page);
    await page.getByRole("button", { name: "Move local down" }).click();
    await order(page, ["north", "local", "south"]);
    expect(
      await page
        .getByRole("button", { name: "Move local down" })
        .evaluate((one) => one === document.activeElement),
    ).toBe(true);
    await page.keyboard.press("Enter");
    await order(page, ["north", "south", "local"]);
    await page.getByRole("button", { name: /^Move south: / }).focus();
    await page.keyboard.press("ArrowUp");
    await order(page, ["south", "north", "local"]);
    await page.locator("[data-directory]").filter({ hasText: "south" }).getByText("Default").waitFor();
    const grip = page.getByRole("button", { name: /^Move local: / });
    const from = await grip.boundingBox();
    const to = await page.getByRole("button", { name: /^Move south: / }).boundingBox();
    if (from === null || to === null) throw new Error("no grips");
    await page.mouse.move(from.x + 10, from.y + 10);
    await page.mouse.down();
    await page.mouse.move(to.x + 10, to.y + 10, { steps: 5 });
    await visitor.shot("directories-carried");
    await page.mouse.up();
    await order(page, ["local", "south", "north"]);
    const other = await enter({ url: server.url });
    await other.open("/logon");
    await other.page.getByLabel("Directory").waitFor();
    expect(await other.page.getByLabel("Directory").locator("option").allTextContents()).toEqual([
      "local",
      "south",
      "north",
    ]);
    await other.leave();
    await visitor.leave();
  });

  it("is changed by a finger on a panel", async () => {
    const visitor = await administrator("/admin/directories", { size: "panel", touch: true });
    const { page } = visitor;
    const grip = async (name: string) => {
      const box = await page.getByRole("button", { name: new RegExp(`^Move ${name}: `) }).boundingBox();
      if (box === null) throw new Error("no grip");
      expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(44);
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    };
    await three(page);
    await page.getByRole("button", { name: "Move south up" }).tap();
    await order(page, ["local", "south", "north"]);
    await page.getByRole("button", { name: "Move south down" }).tap();
    await order(page, ["local", "north", "south"]);
    const [from, to] = [await grip("north"), await grip("local")];
    const finger = await visitor.context.newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", at?: { x: number; y: number }) =>
      finger.send("Input.dispatchTouchEvent", { type, touchPoints: at === undefined ? [] : [at] });
    await touch("touchStart", from);
    for (let i = 1; i <= 5; i += 1)
      await touch("touchMove", { x: from.x, y: from.y + ((to.y - from.y) * i) / 5 });
    await touch("touchEnd");
    await order(page, ["north", "local", "south"]);
    await visitor.leave();
  });

  it("that another administrator changed meanwhile is shown, not overwritten", async () => {
    const visitor = await administrator();
    const { page } = visitor;
    await three(page);
    const before = (await all(page)).map(({ id }) => id);
    const [local, north, south] = before as [string, string, string];
    // The page hears nothing of it until it moves something itself.
    await page.route("**/api/v1/directories?*", (route) => route.abort());
    await behind(page, "PUT", "/directories/order", { before, after: [south, local, north] });
    await page.unroute("**/api/v1/directories?*");
    await page.getByRole("button", { name: "Move north up" }).click();
    await page.getByText("changed-meanwhile", { exact: false }).waitFor();
    await order(page, ["south", "local", "north"]);
    await visitor.leave();
  });
});

describe("the page", () => {
  it("shows who may only read what there is, and nothing to change it", async () => {
    const visitor = await administrator();
    const { id } = await add(visitor.page, "works");
    const { items } = (await behind(visitor.page, "GET", "/roles")) as unknown as {
      items: Record<string, unknown>[];
    };
    const { id: role, built_in: _, ...rest } = items.find(({ name }) => name === "Auditor") ?? {};
    const rights = [...(rest.rights as string[]), "pforte/directories.read"];
    await behind(visitor.page, "PUT", `/roles/${role}`, { ...rest, rights });
    const auditor = await enter({ url: server.url });
    await auditor.logOn(as("Auditor"), "/admin/directories");
    const { page } = auditor;
    await page.getByRole("link", { name: "works" }).waitFor();
    expect(await page.getByRole("button", { name: /^Move|^Add/ }).count()).toBe(0);
    await page.getByRole("link", { name: "works" }).click();
    await page.getByLabel("DNS name of the domain").waitFor();
    expect(await page.getByLabel("DNS name of the domain").getAttribute("readonly")).not.toBeNull();
    for (const name of ["Save", "Remove", "Switch off", "Test now"]) {
      expect(await page.getByRole("button", { name, exact: true }).count(), name).toBe(0);
    }
    await auditor.look("directory-read");
    await auditor.leave();
    await behind(visitor.page, "DELETE", `/directories/${id}`);
    await visitor.leave();
  });

  it("shows names as text, however long and in whichever direction", async () => {
    const visitor = await administrator();
    const { page } = visitor;
    const odd = [
      "<script>globalThis.bad=1</script>",
      "<b>bold</b>",
      "مصنع الألبان",
      "🏭🥛 Werk",
      "W".repeat(128),
    ];
    const ids: string[] = [];
    for (const name of odd) ids.push((await add(page, name)).id);
    await page.reload();
    for (const name of odd) await page.getByRole("link", { name, exact: true }).waitFor();
    expect(await page.locator(".d-table b, .d-table script").count()).toBe(0);
    await visitor.look("directories-odd");
    await page.goto(`${server.url}/admin/directories/${ids[4]}`);
    await page.getByRole("heading", { level: 1, name: odd[4] as string }).waitFor();
    await visitor.look("directory-odd");
    expect(await page.evaluate(() => "bad" in globalThis)).toBe(false);
    await visitor.leave();
  });

  it("says when the server answers late, with errors or not at all, and heals", async () => {
    const visitor = await administrator("/station");
    const { page } = visitor;
    await add(page, "works");
    const list = "**/api/v1/directories?*";
    await page.route(list, (route) =>
      route.fulfill({ status: 500, json: { code: "internal", detail: "", request_id: "5-1" } }),
    );
    await page.goto(`${server.url}/admin/directories`);
    await page.getByText("internal", { exact: false }).waitFor();
    await visitor.look("directories-failed");
    await page.unroute(list);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("link", { name: "works" }).waitFor();
    await page.route(list, (route) => route.abort());
    await page.locator(".link-lost").waitFor({ timeout: 15_000 });
    expect(await page.getByRole("link", { name: "works" }).isVisible()).toBe(true);
    await page.unroute(list);
    await page.locator(".link-lost").waitFor({ state: "detached", timeout: 15_000 });
    await visitor.leave();
  });

  it("keeps what was typed when the server is restarted under it, and tells a test that broke off", async () => {
    const { port, listener } = await silent();
    const visitor = await administrator("/admin/directories/new");
    const { page } = visitor;
    await type(page, { server: `silent.test.lab:${port}=127.0.0.1` });
    await page.getByRole("button", { name: "Test now" }).click();
    await page.locator('[data-step="tls"][data-state="running"]').waitFor();
    await server.restart();
    await page.getByRole("button", { name: "Test now" }).waitFor();
    expect(await page.getByLabel("Domain controller 1").inputValue()).toContain("silent.test.lab");
    listener.close();
    await type(page, {});
    await page.locator(".link-lost").waitFor({ state: "detached", timeout: 20_000 });
    await tested(page, "Everything is good.");
    await visitor.leave();
  });

  it("says that what stands in the configuration file is changed there", async () => {
    const password = join(server.data, "service-password");
    writeFileSync(password, ad.facts.service.password, { mode: 0o600 });
    const config = `[[directory]]
name = "works"
domain = "${ad.facts.domain}"
servers = ["localhost:1"]
ca_file = "${ad.facts.ca_certificate}"
service_account = "${ad.account}"
service_password_file = "${password}"
`;
    await withServer({ demo: true, config }, async (own) => {
      const visitor = await enter({ url: own.url });
      await visitor.logOn(demoUser({ role: "Administrator" }, own.data), "/admin/directories");
      const { page } = visitor;
      await page.getByText("Configuration file", { exact: true }).waitFor();
      await page.getByRole("link", { name: "works" }).click();
      await page.getByText("is changed there alone", { exact: false }).waitFor();
      expect(await page.getByLabel("DNS name of the domain").getAttribute("readonly")).not.toBeNull();
      expect(await page.getByRole("button", { name: "Remove", exact: true }).count()).toBe(0);
      await tested(page, "Not everything is good.");
      expect(await step(page, "connect").textContent()).toContain("refused the connection");
      await visitor.look("directory-file");
      await visitor.leave();
    });
  });
});
