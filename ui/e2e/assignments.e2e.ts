import { expect, it } from "vitest";
import { demoUser, stage } from "./stage";

const { enter } = stage();
const administrator = () => demoUser({ role: "Administrator" });

it("look", async () => {
  const visitor = await enter();
  const { page } = visitor;
  await visitor.logOn(administrator(), "/admin/assignments");
  await page.locator("table.a-rows tbody tr").first().waitFor();
  await visitor.look("assignments");
  await page.getByRole("button", { name: "Assign a role" }).click();
  await page.getByRole("treeitem", { name: "line1" }).click();
  await page.getByLabel("Only at these times").check();
  await page.getByRole("button", { name: "Early, Mon–Fri" }).click();
  await page.getByLabel("Only at these stations").check();
  await visitor.look("assignment-new");
  await page.setViewportSize({ width: 1280, height: 2200 });
  await visitor.shot("assignment-new-long");
  await page.setViewportSize({ width: 1024, height: 2200 });
  await visitor.shot("assignment-new-long-panel");
  expect(1).toBe(1);
  await visitor.leave();
});
