/** What a strange page, a stranger before the person, and a person at the panel may try. */
import type { BrowserContext, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { demoUser, stage, type Visitor } from "./stage";
import { call } from "./stage/call";

const { enter } = stage();
const administrator = () => demoUser({ role: "Administrator" });
const COOKIE = "__Host-pforte";

/**
 * Pages of strangers: of another site, and of another port of the same computer, to which browsers send even
 * strict cookies (RFC 6265bis, 8.8: a site has no port).
 */
const STRANGERS = ["https://evil.example/", "https://localhost:1/"] as const;

const token = async (context: BrowserContext): Promise<string | undefined> =>
  (await context.cookies()).find(({ name }) => name === COOKIE)?.value;

/** Opens a page of a stranger in the person's own browser. */
async function lure(visitor: Visitor, at: string, html = "<title>strange</title>"): Promise<Page> {
  await visitor.context.route(`${at}**`, (route) => route.fulfill({ contentType: "text/html", body: html }));
  const page = await visitor.context.newPage();
  await page.goto(at);
  return page;
}

/** Sends what a stranger's page may send without asking, with the person's cookies. */
const send = (page: Page, url: string, init: RequestInit): Promise<void> =>
  page.evaluate(
    async ([url, init]) => {
      // What comes back, if anything may be read, is the attack's success or not; seen at the server.
      await fetch(url as string, { ...(init as RequestInit), credentials: "include" }).catch(() => undefined);
    },
    [url, init],
  );

const names = async (page: Page, path: string): Promise<string[]> =>
  (await call(page, "GET", path)).items.map((one: { name: string }) => one.name);

describe.each(STRANGERS)("a page of %s", (stranger) => {
  it("changes nothing with the session of the person whose browser opens it", async () => {
    const visitor = await enter();
    await visitor.logOn(administrator());
    const page = await lure(visitor, stranger);
    const role = JSON.stringify({ name: "Stolen", description: "", rights: ["pforte/users.manage"] });
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/json"])
      await send(page, `${visitor.url}/api/v1/roles`, {
        method: "POST",
        body: role,
        headers: { "content-type": type },
      });
    const plain = { method: "POST", mode: "no-cors" } as const;
    await send(page, `${visitor.url}/api/v1/roles`, { ...plain, body: role });
    await send(page, `${visitor.url}/api/v1/sessions/current`, { method: "DELETE" });
    await send(page, `${visitor.url}/lite/logoff`, plain);
    expect(await names(visitor.page, "/roles")).not.toContain("Stolen");
    expect((await call(visitor.page, "GET", "/sessions/current")).person.name).not.toBe("");
    await visitor.context.close();
  });

  it("logs nobody on by a form, so that the person goes on as somebody else", async () => {
    const visitor = await enter();
    await visitor.logOn(administrator());
    const before = await token(visitor.context);
    const { user, password, directory } = demoUser({ user: "operator4" });
    const field = (name: string, value: string) => `<input name="${name}" value="${value}">`;
    const form = `<form method="post" action="${visitor.url}/lite/logon">${field("directory", directory)}
      ${field("user", user)}${field("password", password)}<button>go</button></form>`;
    const page = await lure(visitor, stranger, form);
    await page.click("button");
    await page.waitForURL((at) => at.href.startsWith(visitor.url));
    expect(await token(visitor.context)).toBe(before);
    await visitor.context.close();
  });

  it("reads nothing and frames nothing", async () => {
    const visitor = await enter();
    await visitor.logOn(administrator());
    const page = await lure(visitor, stranger, `<iframe src="${visitor.url}/station"></iframe>`);
    const read = await page.evaluate(async (url) => {
      const answer = await fetch(`${url}/api/v1/sessions/current`, { credentials: "include" }).catch(
        () => null,
      );
      return answer === null ? null : answer.text();
    }, visitor.url);
    expect(read).toBeNull();
    const framed = page.frames().find((frame) => frame !== page.mainFrame());
    expect(framed?.url()).toBe("chrome-error://chromewebdata/");
    await visitor.context.close();
  });
});

describe("a session that was there before", () => {
  it("is not the one that a log-on gives, and stays nobody's", async () => {
    const visitor = await enter();
    await visitor.logOn(demoUser({ user: "operator4" }));
    const planted = await token(visitor.context);
    await visitor.page.getByRole("button", { name: "Log off" }).click();
    await visitor.page.locator("#log-on-title").waitFor();
    // The stranger, who sat here before, puts the value back and waits for the next person.
    const victim = await enter();
    const cookie = { name: COOKIE, value: planted ?? "", url: victim.url, secure: true, httpOnly: true };
    await victim.context.addCookies([{ ...cookie, sameSite: "Strict" }]);
    await victim.logOn(administrator());
    expect(await token(victim.context)).not.toBe(planted);
    const stranger = await enter();
    await stranger.context.addCookies([{ ...cookie, sameSite: "Strict" }]);
    await stranger.open("/admin");
    await stranger.page.locator("#log-on-title").waitFor();
    for (const one of [visitor, victim, stranger]) await one.leave();
  });

  it("is another after a change of user, and the old one is over", async () => {
    const visitor = await enter();
    await visitor.logOn(demoUser({ user: "operator4" }));
    const old = (await token(visitor.context)) ?? "";
    await visitor.page.getByRole("button", { name: "Change user" }).click();
    const { user, password } = administrator();
    await visitor.page.locator('input[name="username"]').fill(user);
    await visitor.page.locator('input[name="password"]').fill(password);
    await visitor.page.locator('button[type="submit"]').click();
    await visitor.page.waitForURL((at) => at.pathname === "/station");
    expect(await token(visitor.context)).not.toBe(old);
    const stranger = await enter();
    const answer = await stranger.context.request.get(`${stranger.url}/api/v1/sessions/current`, {
      headers: { cookie: `${COOKIE}=${old}` },
    });
    expect(answer.status()).toBe(401);
    await stranger.leave();
    await visitor.leave();
  });

  it("is not read by a script of the page", async () => {
    const visitor = await enter();
    await visitor.logOn(administrator());
    expect(await visitor.page.evaluate(() => document.cookie)).toBe("");
    expect(await visitor.page.evaluate(() => JSON.stringify([localStorage, sessionStorage]))).not.toContain(
      (await token(visitor.context)) ?? "",
    );
    await visitor.leave();
  });
});

describe("whoever comes to the panel next", () => {
  it("sees nothing of the one before by going back", async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.logOn(administrator(), "/admin/users");
    await page.getByText("operator4").first().waitFor();
    await visitor.open("/station");
    await page.getByRole("button", { name: "Log off" }).click();
    await page.locator("#log-on-title").waitFor();
    await page.goBack();
    await page.locator("#log-on-title").waitFor();
    expect(await page.getByText("operator4").count()).toBe(0);
    await visitor.leave();
  });

  it("finds no way out of the panel's pages", async () => {
    const visitor = await enter({ size: "panel", touch: true });
    const { page } = visitor;
    for (const path of ["/logon", "/station", "/hmi", "/lite"]) {
      if (path === "/station") await visitor.logOn(demoUser({ user: "operator4" }));
      else await visitor.open(path);
      await page.locator("h1").first().waitFor();
      const ways = await page
        .locator("a[href], form[action], [target]")
        .evaluateAll((all) =>
          all.map((one) => [
            one.getAttribute("target"),
            new URL((one as HTMLAnchorElement).href || (one as HTMLFormElement).action, location.href).origin,
          ]),
        );
      for (const [target, origin] of ways) expect([target, origin]).toEqual([null, visitor.url]);
    }
    await visitor.leave();
  });
});
