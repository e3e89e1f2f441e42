/** A session that ends in the middle of work: what was typed waits for its person, and for nobody else. */
import { describe, expect, it } from "vitest";
import { type DemoUser, demoUser, stage, type Visitor } from "./stage";
import { call } from "./stage/call";
import { withSomeone } from "./stage/made";
import { withServer } from "./stage/server";

const { enter } = stage();
const administrator = (data?: string): DemoUser => demoUser({ role: "Administrator" }, data);

/** Ends the session of this visitor from another browser, as an administrator does. */
async function endFromAfar({ page }: Visitor, by: Visitor): Promise<void> {
  const { id } = await call(page, "GET", "/sessions/current");
  await call(by.page, "DELETE", `/sessions/${id}?reason=test`);
}

async function logOnHere({ page }: Visitor, user: DemoUser): Promise<void> {
  await page.locator('input[name="username"]').fill(user.user);
  await page.locator('input[name="password"]').fill(user.password);
  await page.locator('button[type="submit"]:visible').click();
  await page.locator('input[name="username"]').waitFor({ state: "detached" });
}

const login = ({ page }: Visitor) => page.locator(".held").getByLabel("User name");
const waits = ({ page }: Visitor) => page.getByText("What was not saved waits here");

async function typing(): Promise<{ visitor: Visitor; afar: Visitor }> {
  const visitor = await enter();
  const afar = await enter();
  await afar.logOn(administrator(), "/admin/sessions");
  await visitor.logOn(administrator(), "/admin/users/new");
  await login(visitor).fill("half-typed");
  return { visitor, afar };
}

describe("what was typed when the session was ended", () => {
  it("waits unseen, and is there again for the same person", async () => {
    const { visitor, afar } = await typing();
    await endFromAfar(visitor, afar);
    await waits(visitor).waitFor();
    expect(await login(visitor).isVisible()).toBe(false);
    await visitor.look("held");
    await logOnHere(visitor, administrator());
    expect(await login(visitor).inputValue()).toBe("half-typed");
    expect(new URL(visitor.page.url()).pathname).toBe("/admin/users/new");
    // The page is alive: another name, and the user is made.
    const name = `held-${Date.now().toString(36)}`;
    await login(visitor).fill(name);
    await visitor.page.locator('input[type="password"]').first().fill(`Wiesenrand-${name}`);
    await visitor.page.getByRole("button", { name: "Create the user" }).click();
    await visitor.page.getByRole("heading", { name }).waitFor();
    await visitor.leave();
    await afar.leave();
  });

  it("is gone for anybody else", async () => {
    const { visitor, afar } = await typing();
    await withSomeone(afar, ["users.read", "users.manage"], async (other) => {
      await endFromAfar(visitor, afar);
      await waits(visitor).waitFor();
      await logOnHere(visitor, other);
      await login(visitor).waitFor();
      expect(await login(visitor).inputValue()).toBe("");
    });
    await visitor.leave();
    await afar.leave();
  });

  it("is saved by another press where the session ended under the first", async () => {
    const { visitor, afar } = await typing();
    const { page } = visitor;
    await page.locator('input[type="password"]').first().fill(`Wiesenrand-${crypto.randomUUID()}`);
    const name = `late-${Date.now().toString(36)}`;
    await login(visitor).fill(name);
    await page.route("**/api/v1/users", async (route) => {
      await endFromAfar(visitor, afar);
      await route.continue();
    });
    const make = page.getByRole("button", { name: "Create the user" });
    await make.click();
    await waits(visitor).waitFor();
    await page.unroute("**/api/v1/users");
    await logOnHere(visitor, administrator());
    await make.waitFor();
    expect(await page.locator(".told.alarm").count()).toBe(0);
    await make.click();
    await page.getByRole("heading", { name }).waitFor();
    await visitor.leave();
    await afar.leave();
  });

  it("comes back with the question that stood open", async () => {
    const { visitor, afar } = await typing();
    const { page } = visitor;
    await page.getByRole("button", { name: "To the list" }).click();
    const question = page.getByRole("alertdialog");
    await question.waitFor();
    await endFromAfar(visitor, afar);
    await waits(visitor).waitFor();
    await logOnHere(visitor, administrator());
    await question.waitFor();
    await page.keyboard.press("Escape");
    expect(await login(visitor).inputValue()).toBe("half-typed");
    await visitor.leave();
    await afar.leave();
  });
});

it("a change of a stored thing waits through the idle end, and is saved afterwards", async () => {
  await withServer({ config: "[session]\nidle_minutes = 1" }, async (server) => {
    const visitor = await enter({ url: server.url });
    const { page } = visitor;
    const { items } = await visitor
      .logOn(administrator(server.data), "/admin/stations")
      .then(() => call(page, "GET", "/stations?limit=1"));
    await visitor.open(`/admin/stations?id=${items[0].id}`);
    await page.getByRole("textbox", { name: "Name" }).fill("A new name");
    await waits(visitor).waitFor({ timeout: 90_000 });
    await logOnHere(visitor, administrator(server.data));
    expect(await page.getByRole("textbox", { name: "Name" }).inputValue()).toBe("A new name");
    await page.getByRole("button", { name: "Save" }).click();
    await expect
      .poll(async () => (await call(page, "GET", `/stations/${items[0].id}`)).name)
      .toBe("A new name");
    await visitor.leave();
  });
}, 180_000);
