import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { call } from "./stage/call";
import { add, administrator, all, enter, server } from "./stage/directories";

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
    await call(page, "PUT", "/directories/order", { before, after: [south, local, north] });
    await page.unroute("**/api/v1/directories?*");
    await page.getByRole("button", { name: "Move north up" }).click();
    await page.getByText("changed-meanwhile", { exact: false }).waitFor();
    await order(page, ["south", "local", "north"]);
    await visitor.leave();
  });
});
