import { beforeAll, describe, expect, it } from "vitest";
import { demoUser, type Visitor } from "./stage";
import { ad, api, arrive, enter, server, works } from "./stage/at-domain";

/** The domain is the first directory. */
beforeAll(async () => {
  const { items } = await api.ask<{ items: { id: string }[] }>("GET", "/directories");
  const before = items.map((one) => one.id);
  const after = [works, ...before.filter((one) => one !== works)];
  await api.ask("PUT", "/directories/order", { before, after });
});

async function administrator(path: string): Promise<Visitor> {
  const visitor = await enter({ url: server.url });
  await visitor.logOn(demoUser({ role: "Administrator" }, server.data), path);
  return visitor;
}

describe("somebody of the domain", () => {
  it("logs on by each of their names, the domain being chosen already", async () => {
    const visitor = await arrive();
    const { page } = visitor;
    expect(await page.locator(".log-on-fields select").inputValue()).toBe("works");
    for (const name of ["alice", "ALICE", `alice@${ad.facts.domain}`, "ADTEST\\alice"]) {
      await visitor.logOnHere(name, ad.facts.user_password);
      await page.locator(".in-charge-name").getByText("alice", { exact: true }).waitFor();
      await page.getByRole("button", { name: "Log off" }).click();
      await page.locator('input[name="username"]').waitFor();
    }
    await visitor.leave();
  });

  it("logs on at a panel in another language, with a name of another script", async () => {
    const visitor = await arrive({ size: "panel", touch: true, language: "ja" });
    await visitor.logOnHere("山田", ad.facts.user_password);
    await visitor.page.getByText("山田 (works)").waitFor();
    await visitor.look("ad-station");
    await visitor.leave();
  });

  it("has the roles of the groups of the domain, nested ones too", async () => {
    const principal = { kind: "group", directory: "works", name: "dl-local" };
    await api.ask("POST", "/assignments", { role: "Operator", principal, areas: ["dairy"] });
    const visitor = await arrive();
    await visitor.logOnHere("alice", ad.facts.user_password);
    await visitor.page.getByText("Operator", { exact: true }).first().waitFor();
    await visitor.leave();
  });

  it("with a wrong password is told the same as one who does not exist, and nothing of the state", async () => {
    const visitor = await arrive();
    const { page } = visitor;
    const disabled = ad.newUser();
    ad.disable(disabled);
    const told: (string | null)[] = [];
    for (const name of [ad.newUser(), "nobody-of-this-name", disabled]) {
      await visitor.tryLogOn(name, "not the password");
      await page.getByText("credentials-refused").waitFor();
      told.push(await page.locator(".told.alarm strong").textContent());
      expect(await page.locator('input[name="username"]').inputValue()).toBe(name);
      await page.reload();
      await page.locator('input[name="username"]').waitFor();
    }
    expect(new Set(told).size).toBe(1);
    await visitor.leave();
  });

  const STATES: [string, string, string][] = [
    ["disabled1", "account-disabled", "This account is disabled."],
    ["acctexp1", "account-expired", "This account has expired."],
    ["hours1", "outside-hours", "The directory does not allow this account to log on at this hour."],
    [
      "workstation1",
      "wrong-workstation",
      "The directory does not allow this account to log on at this computer.",
    ],
  ];
  for (const name of ["mustchange1", "pwexpired1"]) {
    it(`is asked for a new password when the one of ${name} is right`, async () => {
      const visitor = await arrive();
      await visitor.tryLogOn(name, ad.facts.user_password);
      await visitor.page.getByText("A new password is needed").waitFor();
      expect(await visitor.page.locator('input[name="username"]').inputValue()).toBe(name);
      await visitor.leave();
    });
  }

  for (const [name, code, sentence] of STATES) {
    it(`is told ${code} when the password is right`, async () => {
      const visitor = await arrive();
      await visitor.tryLogOn(name, ad.facts.user_password);
      await visitor.page.getByText(sentence).waitFor();
      await visitor.page.getByText(code).waitFor();
      expect(await visitor.page.locator('input[name="username"]').inputValue()).toBe(name);
      await visitor.leave();
    });
  }

  it("who is locked learns nothing of the password by it; the administrator does", async () => {
    const visitor = await arrive();
    await visitor.tryLogOn("locked1", ad.facts.user_password);
    await visitor.page.getByText("credentials-refused").waitFor();
    await visitor.leave();
    const log = await api.ask<object>("GET", "/events?type=log-on-refused&limit=500");
    expect(JSON.stringify(log)).toContain('"account-locked"');
  });

  it("who is told the state sees it in both sizes and themes, and in German", async () => {
    const visitor = await arrive({ language: "de" });
    await visitor.tryLogOn("disabled1", ad.facts.user_password);
    await visitor.page.getByText("account-disabled").waitFor();
    await visitor.look("ad-disabled");
    await visitor.leave();
  });

  it("who is disabled in the domain is back at the log-on within five seconds", async () => {
    const login = ad.newUser();
    const visitor = await arrive();
    const { page } = visitor;
    await visitor.logOnHere(login, ad.facts.user_password);
    await page.getByRole("button", { name: "Log off" }).waitFor();
    ad.disable(login);
    await page.waitForURL((at) => at.pathname === "/logon", { timeout: 5_000 });
    await visitor.tryLogOn(login, ad.facts.user_password);
    await page.getByText("This account is disabled.").waitFor();
    await visitor.leave();
  });
});

describe("names of the domain", () => {
  const NAMES = [
    "<script>globalThis.bad = 1</script>",
    '<img src="x" onerror="globalThis.bad = 1">',
    "عبد الرحمن بن محمد",
    "🧑‍🏭 Ольга 🥛",
    "W".repeat(256),
  ];

  it("are shown as text wherever people are shown, and break no page", async () => {
    const people = NAMES.map((name) => ({ name, login: ad.newUser(name) }));
    const here: Visitor[] = [];
    for (const [at, { name, login }] of people.entries()) {
      const visitor = await arrive(at % 2 === 0 ? {} : { size: "panel" });
      await visitor.logOnHere(login, ad.facts.user_password);
      await visitor.page.getByText(name, { exact: true }).first().waitFor();
      await visitor.look(`ad-name-${at}`);
      await visitor.open("/logon?change=1");
      await visitor.page.getByText(name).first().waitFor();
      await visitor.fits();
      here.push(visitor);
    }
    const admin = await administrator("/admin/users");
    const { page } = admin;
    for (const path of ["/admin/users?directory=all", "/admin/sessions", "/admin/events"]) {
      await page.goto(server.url + path);
      for (const { name, login } of people) {
        // The event names people by both; the lists by what the domain shows.
        const shown = page.getByText(path === "/admin/events" ? login : name).first();
        await shown.waitFor().catch((error: unknown) => {
          throw new Error(`${path}: ${name}`, { cause: error });
        });
      }
      expect(await page.locator("img[src='x'], script:not([src])").count(), path).toBe(0);
      await admin.look(`ad-names${path.replaceAll(/[/?=]/g, "-")}`);
    }
    for (const visitor of [...here, admin]) {
      expect(await visitor.page.evaluate(() => "bad" in globalThis)).toBe(false);
      await visitor.leave();
    }
  });
});

describe("the users of the domain", () => {
  it("are found as one types, and become known by being opened", async () => {
    const login = ad.newUser("Found Later");
    const visitor = await administrator("/admin/users");
    const { page } = visitor;
    const works = (
      await api.ask<{ items: { id: string; name: string }[] }>("GET", "/directories")
    ).items.find(({ name }) => name === "works");
    await page.goto(`${server.url}/admin/users?directory=${works?.id}`);
    const search = page.getByLabel("Search by name");
    await search.pressSequentially("bulk000");
    const found = page.getByRole("region", { name: "Also found in works" });
    await found.getByText("bulk0000").first().waitFor();
    await visitor.look("ad-users");
    await search.fill(login);
    await found.getByText("bulk0000").first().waitFor({ state: "detached" });
    await found.getByRole("button", { name: "Found Later" }).click();
    await page.getByRole("heading", { level: 1, name: "Found Later" }).waitFor();
    await visitor.leave();
  });
});
