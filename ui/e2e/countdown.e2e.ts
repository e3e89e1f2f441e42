/** The end of a session that nobody uses. */
import { expect, it } from "vitest";
import { demoUser, stage } from "./stage";
import { withServer } from "./stage/server";

const { enter } = stage();

it("a session warns before it ends; one touch keeps it, and without one it ends", async () => {
  await withServer({ config: "[session]\nidle_minutes = 1" }, async (server) => {
    const visitor = await enter({ url: server.url, size: "panel", touch: true });
    const { page } = visitor;
    await visitor.logOn(demoUser({ role: "Administrator" }, server.data));
    const warning = page.getByRole("alertdialog");
    await warning.waitFor({ timeout: 55_000 });
    await visitor.look("countdown");
    await page.getByRole("button", { name: "Stay logged on" }).tap();
    await warning.waitFor({ state: "detached" });
    expect(new URL(page.url()).pathname).toBe("/station");
    await warning.waitFor({ timeout: 55_000 });
    await page.locator("#log-on-title").waitFor({ timeout: 30_000 });
    await visitor.leave();
  });
}, 180_000);
