import { describe, expect, it } from "vitest";
import { demoUser, stage } from "./stage";

const { enter } = stage();

describe("the reason of a decision", () => {
  it("is told to the person who asks for the own rights", async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.logOn(demoUser({ user: "operator4" }));
    await page.getByText("What may I do?").click();
    const ask = async (right: string, area: string) => {
      await page.getByRole("textbox", { name: "Right" }).fill(right);
      await page.getByRole("textbox", { name: "Area" }).fill(area);
      await page.getByRole("button", { name: "Ask" }).click();
    };
    await ask("hmi/valve.operate", "dairy/line2/mixer");
    await page.locator(".verdict.allowed").waitFor();
    expect(await page.locator(".way strong").allTextContents()).toEqual([
      "operator4",
      "Line 2 crew",
      "Operator",
      "hmi/valve.operate",
    ]);
    await visitor.look("explain-own");
    await ask("hmi/valve.operate", "dairy/line1");
    await page.getByText("the role holds elsewhere: dairy/line2").waitFor();
    await ask("batch/release", "dairy/line2");
    await page.getByText("no role held has this right. Roles with it: Quality").waitFor();
    await ask("hmi/<script>alert(1)</script>", "dairy");
    await page.getByText("no application has registered the right hmi/<script>alert(1)</script>").waitFor();
    await visitor.leave();
  });

  it("is told to the administrator about anybody, at an address of its own", async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.logOn(demoUser({ role: "Administrator" }), "/admin/explain");
    await page.getByRole("button", { name: "Choose a person" }).click();
    await page.getByText("Operator, line 2", { exact: true }).first().click();
    await page.getByText("Operator, line 2 (local\\operator", { exact: false }).waitFor();
    await page.getByRole("textbox", { name: "Right" }).fill("batch/release");
    await page.getByRole("textbox", { name: "Area" }).fill("dairy/line2");
    await page.getByRole("button", { name: "Ask" }).click();
    await page.locator(".verdict.refused").waitFor();
    await visitor.look("explain");
    await page.reload();
    await page.locator(".verdict.refused").waitFor();
    await page.goBack();
    await page.locator(".verdict").waitFor({ state: "detached" });
    await visitor.leave();
  });
});
