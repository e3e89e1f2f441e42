import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { demoUser, failing, stage, type Visitor } from "./stage";
import { userId } from "./stage/made";

const { enter } = stage();

const nodes = (page: Page) => page.locator(".picture .node strong").allInnerTexts();

async function explain(visit = {}, search = ""): Promise<Visitor> {
  const visitor = await enter(visit);
  await visitor.logOn(demoUser({ role: "Administrator" }), `/admin/explain${search}`);
  await visitor.page.getByRole("heading", { level: 1 }).waitFor();
  return visitor;
}

describe("the reason of a decision", () => {
  it("is told to the person who asks for the own rights", async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.logOn(demoUser({ user: "operator4" }));
    await page.getByText("What may I do?").click();
    const question = async (right: string, area: string) => {
      await page.getByRole("textbox", { name: "Right" }).fill(right);
      await page.getByRole("textbox", { name: "Area" }).fill(area);
      await page.getByRole("button", { name: "Ask" }).click();
    };
    await question("hmi/valve.operate", "dairy/line2/mixer");
    await page.locator(".verdict.allowed").waitFor();
    expect((await nodes(page)).slice(0, 2)).toEqual(["operator4", "Line 2 crew"]);
    await page.locator(".node.role").getByText("Operator", { exact: true }).waitFor();
    await visitor.look("explain-own");
    await question("hmi/valve.operate", "dairy/line1");
    await page.getByText("the role holds elsewhere: dairy/line2").waitFor();
    await question("batch/release", "dairy/line2");
    await page.getByText("no role held has this right. Roles with it: Quality").waitFor();
    await question("hmi/<script>alert(1)</script>", "dairy");
    await page.getByText("no application has registered the right hmi/<script>alert(1)</script>").waitFor();
    await visitor.leave();
  });

  it("is asked by choosing person, right and place, and stands at an address of its own", async () => {
    const visitor = await explain();
    const { page } = visitor;
    await page.getByText("Choose a person, a right and an area").waitFor();
    await visitor.look("explain-empty");
    await page.getByRole("button", { name: "Person" }).click();
    await page.getByText("Operator, line 2", { exact: true }).first().click();
    await page.getByRole("button", { name: /Person.*Operator, line 2/ }).waitFor();
    await page.getByRole("button", { name: "Right" }).click();
    await page.getByRole("dialog").getByRole("heading", { level: 3 }).first().waitFor();
    await visitor.look("explain-rights");
    await page.getByRole("textbox", { name: "Search rights" }).fill("release");
    await page.getByRole("dialog").getByRole("button", { name: "Release batches" }).click();
    await page.getByRole("button", { name: "Area" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "line2", exact: true }).click();
    await page.locator(".verdict.refused").waitFor();
    await page.getByText("no role held has this right. Roles with it: Quality").waitFor();
    await visitor.look("explain-no-role");
    const at = new URL(page.url());
    expect([...at.searchParams.keys()].toSorted()).toEqual(["area", "right", "user"]);
    await page.reload();
    await page.locator(".verdict.refused").waitFor();
    await page.goBack();
    await page.locator(".verdict").waitFor({ state: "detached" });
    await page.goForward();
    await page.locator(".node.role").getByRole("link", { name: "Quality" }).click();
    await page.getByRole("heading", { level: 1, name: "Quality" }).waitFor();
    await visitor.leave();
  });

  it("is asked by keys alone, with a right that nobody registered", async () => {
    const visitor = await explain();
    const { page } = visitor;
    const user = await userId(page, "operator4");
    await visitor.open(`/admin/explain?user=${user}&area=dairy`);
    await page.getByRole("button", { name: "Right" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("textbox", { name: "Search rights" }).waitFor();
    await page.keyboard.type("valve");
    await page.getByRole("dialog").getByRole("heading", { level: 3 }).nth(1).waitFor({ state: "detached" });
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await page.locator(".verdict").waitFor();
    expect(new URL(page.url()).searchParams.get("right")).toMatch(/valve/);
    await page.getByRole("button", { name: "Right" }).focus();
    await page.keyboard.press("Enter");
    await page.keyboard.type("hmi/<b>fly");
    await page.getByText("Nothing fits").waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByText("no application has registered the right hmi/<b>fly.").waitFor();
    await visitor.look("explain-unknown");
    await page.getByRole("button", { name: "Area" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await visitor.leave();
  });

  it("is for the auditor too, who may see neither applications nor stations", async () => {
    const visitor = await enter({ size: "panel", touch: true });
    const { page } = visitor;
    await visitor.logOn(demoUser({ role: "Auditor" }), "/admin/explain");
    await page.getByRole("button", { name: "Person" }).tap();
    await page.getByText("Operator, line 2", { exact: true }).first().tap();
    await page.getByRole("button", { name: "Right" }).tap();
    await page.getByRole("dialog").getByRole("button", { name: "batch/start" }).tap();
    await page.getByRole("button", { name: "Area" }).tap();
    await page.getByRole("dialog").getByRole("button", { name: "mixer", exact: true }).tap();
    await page.locator(".verdict.allowed").waitFor();
    expect(await page.getByRole("button", { name: "At the station" }).count()).toBe(0);
    await visitor.look("explain-auditor");
    await visitor.leave();
  });

  it("says what is wrong when the server fails, and asks again", async () => {
    const visitor = await explain();
    const { page } = visitor;
    const user = await userId(page, "operator4");
    await page.route("**/api/v1/explanations", (route) => route.fulfill(failing(500, "internal")));
    await visitor.open(`/admin/explain?user=${user}&right=batch/release&area=dairy`);
    await page.getByText("test-500").waitFor();
    await visitor.shot("explain-failed");
    await page.unroute("**/api/v1/explanations");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator(".verdict").waitFor();
    await visitor.open("/admin/explain?user=00000000-0000-0000-0000-000000000000&right=a/b&area=dairy");
    await page.locator(".told.alarm, .told.warning").first().waitFor();
    await visitor.open(`/admin/explain?user=${user}&right=batch/release&area=dairy&at=yesterday`);
    await page.locator(".told.alarm, .told.warning").first().waitFor();
    await visitor.leave();
  });
});

it("the reason speaks every language", async () => {
  for (const language of ["de", "fr", "it", "es", "ja", "zh"]) {
    const visitor = await enter({ size: "panel", language });
    const { page } = visitor;
    await visitor.logOn(demoUser({ role: "Administrator" }), "/admin/explain");
    await page.getByRole("heading", { level: 1 }).waitFor();
    const user = await userId(page, "operator4");
    await visitor.open(`/admin/explain?user=${user}&right=hmi/valve.operate&area=dairy/line2/mixer`);
    await page.locator(".verdict.allowed").waitFor();
    await visitor.shot(`explain-${language}`);
    await visitor.fits();
    await visitor.leave();
  }
});
