/** What each role of the demo plant sees: its pages whole, the others shut, and no call that is refused. */
import { describe, expect, it } from "vitest";
import { accessOf } from "../src/app/access";
import { ADMIN_PAGES } from "../src/app/pages";
import { demoUser, stage } from "./stage";
import { call } from "./stage/call";

const { enter } = stage();

const ROLES = ["Operator", "Shift lead", "Quality", "Process engineer", "Administrator", "Auditor"];

describe.each(ROLES)("the view of the role %s", (role) => {
  it("has every page that its rights open, and nothing that they do not", async () => {
    const visitor = await enter();
    const { page } = visitor;
    const refused: string[] = [];
    page.on("response", (answer) => {
      if (answer.status() === 403) refused.push(`${page.url()}: ${answer.url()}`);
    });
    await visitor.logOn(demoUser({ role }));
    const { rights } = await call(page, "GET", "/sessions/current");
    const { may } = accessOf(rights);
    for (const { name, to, rights } of ADMIN_PAGES) {
      if (to === "/admin" && !rights.some(may)) continue;
      await visitor.open(to);
      if (rights.some(may)) {
        await page.locator(".page h1").first().waitFor();
        await page.waitForLoadState("networkidle");
        expect(await page.locator(".told.alarm").count(), name).toBe(0);
      } else await page.getByText("You do not have the right for this.").waitFor();
    }
    const listed = await page.locator('ix-menu-item:not([slot="bottom"])').count();
    expect(listed).toBe(ADMIN_PAGES.filter(({ rights }) => rights.some(may)).length);
    expect(refused).toEqual([]);
    await visitor.shot(`view-${role.toLowerCase().replace(" ", "-")}`);
    await visitor.leave();
  });
});
