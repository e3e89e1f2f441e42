/** Takes the pictures of the README, of the demo plant as a new user meets it: `npm run pictures`. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { it } from "vitest";
import { demoUser, stage, type Visitor } from "../stage";
import { userId } from "../stage/made";

const PICTURES = join(import.meta.dirname, "../../../docs/pictures");
const { enter } = stage();

async function take({ page }: Visitor, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.waitForLoadState("networkidle");
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}

it("the log-on of a panel with the touch keyboard", async () => {
  const visitor = await enter({ size: "panel", touch: true, theme: "dark" });
  await visitor.open("/logon");
  await visitor.page.locator('input[name="username"]').tap();
  await visitor.page.locator(".tk").waitFor();
  await take(visitor, "logon");
  await visitor.leave();
});

it("the station and the process picture of an operator", async () => {
  const visitor = await enter({ size: "panel", theme: "dark" });
  await visitor.logOn(demoUser({ user: "operator4" }));
  await take(visitor, "station");
  await visitor.open("/hmi");
  await visitor.page.locator('[data-act="mixer"]:enabled').click();
  await take(visitor, "hmi");
  await visitor.leave();
});

it("the administration", async () => {
  const visitor = await enter();
  const { page } = visitor;
  await visitor.logOn(demoUser({ role: "Administrator" }), "/admin");
  await page.locator("canvas").waitFor();
  await take(visitor, "overview");
  await visitor.open("/admin/roles/matrix");
  await page.locator(".m-cell").first().waitFor();
  await take(visitor, "matrix");
  const user = await userId(page, "operator4");
  await visitor.open(`/admin/explain?user=${user}&right=hmi/valve.operate&area=dairy/line2/mixer`);
  await page.locator(".verdict").waitFor();
  await take(visitor, "explain");
  await visitor.open("/admin/areas");
  await page.getByRole("treeitem", { name: "line2" }).click();
  await page.getByRole("heading", { name: "line2" }).waitFor();
  await take(visitor, "areas");
  await visitor.open("/admin/events");
  await page.locator(".event-body .event-row").first().waitFor();
  await take(visitor, "events");
  await visitor.leave();
});
