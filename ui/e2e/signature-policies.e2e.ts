/** Signature policies: made, told, changed, and their versions. */
import type { Locator, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { demoUser, failing, stage, type Visit, type Visitor } from "./stage";
import { call } from "./stage/call";
import { withSomeone } from "./stage/made";
import { ask, newMill, newPolicy, policyOf, sign } from "./stage/signatures";

const { enter } = stage();

const administrator = async (visit: Visit = {}, path = "/admin/signature-policies"): Promise<Visitor> => {
  const visitor = await enter(visit);
  await visitor.logOn(demoUser({ role: "Administrator" }), path);
  await visitor.page.getByRole("heading", { level: 1 }).waitFor();
  return visitor;
};

const plain = (text: string | null): string => (text ?? "").replaceAll(/[\u2068\u2069\u202f\u00a0]/g, " ");
const told = (page: Page, text: string) =>
  expect
    .poll(async () => plain(await page.locator(".edit-bar .sg-means").textContent()).replaceAll(/ +/g, " "))
    .toContain(text);
const step = (page: Page, n: number): Locator =>
  page.getByRole("listitem", { name: `Step ${n}`, exact: true });
const create = (page: Page): Locator => page.getByRole("button", { name: "Create", exact: true });
const save = (page: Page): Locator => page.getByRole("button", { name: "Save", exact: true });
const addRole = (line: Locator, role: string) =>
  line.getByLabel("Roles that may sign").selectOption({ label: role });
const roles = (page: Page): Promise<string[]> =>
  page.locator(".sp-step .chips").evaluateAll((all) => all.map((one) => one.textContent ?? ""));

async function open(visitor: Visitor, id: string, search = ""): Promise<void> {
  await visitor.open(`/admin/signature-policies/${id}${search}`);
  await visitor.page.getByRole("heading", { name: "Versions" }).waitFor();
}

describe("a policy", () => {
  it("is made on its page, told in sentences before it is saved, and counts then", async () => {
    const visitor = await administrator();
    const { page, url } = visitor;
    const mill = await newMill(page, url);
    await page.getByRole("button", { name: "New policy" }).first().click();
    await page.getByRole("heading", { level: 1, name: "New policy" }).waitFor();
    expect(await create(page).isDisabled()).toBe(true);
    await page.getByLabel("Name", { exact: false }).first().fill("Release of flour");
    await page.getByLabel("Search actions").fill(mill.key);
    await page.getByRole("checkbox", { name: `${mill.key}/release` }).check();
    await page.getByRole("treeitem", { name: "line1" }).click();
    await addRole(step(page, 1), "Operator");
    await page.getByRole("button", { name: "Add a step" }).click();
    await addRole(step(page, 2), "Quality");
    await addRole(step(page, 2), "Shift lead");
    await step(page, 2).getByLabel("People").selectOption("2");
    await told(page, `${mill.key}/release in dairy/line1 and everything below waits until all have signed.`);
    await told(page, "1 × Operator as “performed” → 2 × Quality or Shift lead as “approved”");
    await told(page, "All must have signed within 10 minutes.");
    await page.getByLabel("Reasons to choose from").fill("in order\nafter rework");
    await page.getByLabel("Reason", { exact: true }).selectOption("forced");
    await told(page, "One of 2 reasons must be chosen.");
    await page.getByLabel("The password alone suffices for a while").check();
    await told(page, "For 15 minutes after name and password were given");
    await page.getByLabel("Roles that may cancel a request").selectOption({ label: "Shift lead" });
    await told(page, "It is cancelled by Shift lead or by the application.");
    await visitor.look("signature-policy-new");
    await create(page).click();
    await page.getByRole("heading", { level: 1, name: "Release of flour" }).waitFor();
    await page.getByRole("heading", { name: "Versions" }).waitFor();
    await visitor.look("signature-policy");
    const request = await ask(url, mill, "Lot 1");
    expect(request.policy.name).toBe("Release of flour");
    expect(request.missing).toEqual([1, 2]);
    expect(request.rules.reasons).toEqual(["in order", "after rework"]);
    const { signed } = await sign(url, request, "operator2", { reason: "in order" });
    expect(signed[0].state).toBe("checking");
    await visitor.leave();
  });

  it("has its steps put in order by button, key, mouse and finger", async () => {
    const visitor = await administrator({ size: "panel", touch: true });
    const { page, url } = visitor;
    const policy = await newPolicy(page, await newMill(page, url));
    await open(visitor, policy.id);
    expect(await roles(page)).toEqual(["Operator", "Quality"]);
    await page.getByRole("button", { name: "Move step 1 down" }).tap();
    await expect.poll(() => roles(page)).toEqual(["Quality", "Operator"]);
    await page.getByRole("button", { name: /^Move step 1: / }).focus();
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => roles(page)).toEqual(["Operator", "Quality"]);
    const focused = await page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
    expect(focused).toMatch(/^Move step 2: /);
    const grip = async (n: number) => {
      const handle = page.getByRole("button", { name: new RegExp(`^Move step ${n}: `) });
      const box = await handle.boundingBox();
      if (box === null) throw new Error("no grip");
      expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(44);
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    };
    await page.locator(".sp-steps").evaluate((list) => list.scrollIntoView({ block: "start" }));
    const [first, second] = [await grip(1), await grip(2)];
    await page.mouse.move(second.x, second.y);
    await page.mouse.down();
    await page.mouse.move(first.x, first.y, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => roles(page)).toEqual(["Quality", "Operator"]);
    const finger = await visitor.context.newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", at?: { x: number; y: number }) =>
      finger.send("Input.dispatchTouchEvent", { type, touchPoints: at === undefined ? [] : [at] });
    await touch("touchStart", first);
    for (let i = 1; i <= 5; i += 1)
      await touch("touchMove", { x: first.x, y: first.y + ((second.y - first.y) * i) / 5 });
    await touch("touchEnd");
    await expect.poll(() => roles(page)).toEqual(["Operator", "Quality"]);
    await visitor.leave();
  });

  it("keeps every version: who saved it, what changed, and none that there was not", async () => {
    const visitor = await administrator();
    const { page, url } = visitor;
    const policy = await newPolicy(page, await newMill(page, url));
    await open(visitor, policy.id);
    await page.getByLabel("Comment", { exact: true }).selectOption("forced");
    await told(page, "A comment must be added.");
    await page.getByLabel("From the request to the last signature", { exact: true }).fill("2");
    await page.getByLabel("From the request to the last signature: unit").selectOption("hour");
    await save(page).click();
    await page.getByText("Version 2").waitFor();
    await page.getByText("Version 2").click();
    const changed = page.locator(".sp-version table").first();
    await changed.waitFor();
    expect(await changed.locator("tbody tr").count()).toBe(2);
    expect(plain(await changed.textContent())).toContain("10 minutes2 hours");
    expect(await page.locator(".sp-versions summary").first().textContent()).toContain("admin");
    await changed.scrollIntoViewIfNeeded();
    await visitor.look("signature-policy-versions");
    await open(visitor, policy.id, "?version=1");
    await page.getByText("All must have signed within 10 minutes.").first().waitFor();
    for (const version of ["3", "0", "<b>x", "99999999999999999999"]) {
      await open(visitor, policy.id, `?version=${encodeURIComponent(version)}`);
      await page.getByText("The policy has no such version.").waitFor();
    }
    await visitor.leave();
  });

  it("that nobody can fulfil is doubted where it is saved and in the list", async () => {
    const visitor = await administrator();
    const { page, url } = visitor;
    const mill = await newMill(page, url);
    const lone = await call(page, "POST", "/roles", { name: "Miller", rights: [`${mill.key}/release`] });
    const body = await policyOf(page, mill, {
      name: "Doubtful",
      steps: [{ roles: [lone.id], count: 1, meaning: "approved" }],
      cancel_roles: [lone.id],
      strength: "strong",
    });
    const policy = await call(page, "POST", "/signature-policies", body);
    await open(visitor, policy.id);
    await page.getByText("Step 1: Nobody holds one of its roles in these areas.").waitFor();
    await page.getByText("Nobody holds a role that may cancel.").waitFor();
    await page.getByText("weaker than this policy asks for").waitFor();
    await visitor.look("signature-policy-doubtful");
    // What is mended is doubted no more, at once.
    await page.getByLabel("Least strength").selectOption("single");
    await page.getByRole("button", { name: "Take out Miller" }).first().click();
    await page.getByText("Choose at least one role.").waitFor();
    expect(await save(page).isDisabled()).toBe(true);
    await addRole(step(page, 1), "Quality");
    await step(page, 1).getByLabel("People").selectOption("5");
    await save(page).click();
    const bar = page.locator(".edit-bar");
    await bar.getByText("Step 1: Fewer people hold the roles than must sign.").waitFor();
    await visitor.look("signature-policy-saved-doubtful");
    expect(await page.getByText("weaker than this policy asks for").count()).toBe(0);
    await page.getByRole("button", { name: "To the list" }).click();
    const line = page.locator("table.sp-rows tbody tr").filter({ hasText: "Doubtful" });
    await line.getByText("Too few can sign").waitFor();
    await line.getByText("Nobody can cancel").waitFor();
    await visitor.look("signature-policies");
    await call(page, "DELETE", `/signature-policies/${policy.id}`);
    await visitor.leave();
  });
});

describe("two policies for one act in one area", () => {
  it("cannot both count: the other one is named before and after the server refuses", async () => {
    const visitor = await administrator();
    const { page, url } = visitor;
    const mill = await newMill(page, url);
    const first = await newPolicy(page, mill, { name: "First come" });
    const second = await newPolicy(page, mill, { name: "Second best", enabled: false });
    await open(visitor, second.id);
    await told(page, "Switched off: this policy counts nowhere.");
    await page.getByLabel("This policy counts").check();
    await page.getByText("Another policy counts for one of these actions").waitFor();
    await page.getByRole("link", { name: "First come" }).waitFor();
    await save(page).click();
    const alarm = page.locator(".edit-bar .told.alarm");
    await alarm.getByText("First come").waitFor();
    await alarm.getByText("policy-conflict").waitFor();
    await visitor.look("signature-policy-conflict");
    // Nothing that was chosen is lost, and it is saved once the other one makes room.
    await call(page, "DELETE", `/signature-policies/${first.id}`);
    await save(page).click();
    await page.getByText("Not saved yet").waitFor({ state: "detached" });
    expect((await call(page, "GET", `/signature-policies/${second.id}`)).enabled).toBe(true);
    await visitor.leave();
  });
});

describe("what goes wrong", () => {
  it("two administrators do not overwrite each other", async () => {
    const visitor = await administrator();
    const { page, url } = visitor;
    const mill = await newMill(page, url);
    const policy = await newPolicy(page, mill);
    await open(visitor, policy.id);
    await page.getByLabel("Comment", { exact: true }).selectOption("forced");
    await call(page, "PUT", `/signature-policies/${policy.id}`, {
      ...(await policyOf(page, mill, { one_station: true, name: "Theirs" })),
      version: policy.version,
    });
    await save(page).click();
    const asks = page.getByRole("alertdialog");
    await asks.getByText("Theirs").first().waitFor();
    await visitor.look("signature-policy-meanwhile");
    await asks.getByRole("button", { name: "Save what is chosen" }).click();
    await page.getByText("Not saved yet").waitFor({ state: "detached" });
    const now = await call(page, "GET", `/signature-policies/${policy.id}`);
    expect([now.name, now.one_station, now.comment]).toEqual(["Theirs", true, "forced"]);
    await visitor.leave();
  });

  it("keeps what was typed: a refusal, a failure, no answer, a question before it is left", async () => {
    const visitor = await administrator();
    const { page, url } = visitor;
    const mill = await newMill(page, url);
    await visitor.open("/admin/signature-policies/new");
    await page.getByLabel("Name", { exact: false }).first().fill("Kept");
    await page.getByLabel("Search actions").fill(mill.key);
    await page.getByRole("checkbox", { name: `${mill.key}/hold` }).check();
    await page.getByRole("treeitem", { name: "cip" }).click();
    await addRole(step(page, 1), "Operator");
    for (const answer of [failing(500, "internal"), failing(503, "busy"), undefined]) {
      await page.route("**/api/v1/signature-policies", (route) => {
        if (route.request().method() !== "POST") return route.continue();
        return answer === undefined ? route.abort() : route.fulfill(answer);
      });
      await create(page).click();
      await page.locator(".edit-bar .told.alarm").waitFor();
      await told(page, `${mill.key}/hold in dairy/cip`);
      await page.unroute("**/api/v1/signature-policies");
    }
    await page.getByRole("button", { name: "To the list" }).click();
    await page.getByRole("button", { name: "Stay here" }).click();
    await create(page).click();
    await page.getByRole("heading", { level: 1, name: "Kept" }).waitFor();
    const id = page.url().split("/").pop();
    await page.getByRole("button", { name: "Take out of use" }).click();
    const asks = page.getByRole("alertdialog");
    await asks.getByText("Requests that are open go on").waitFor();
    await asks.getByRole("button", { name: "Take out of use" }).click();
    await page.getByRole("heading", { level: 1, name: "Signature policies" }).waitFor();
    expect(await page.getByRole("link", { name: "Kept" }).count()).toBe(0);
    await visitor.open(`/admin/signature-policies/${id}`);
    await page.getByText("This policy was taken out of use.").waitFor();
    await page.getByText("Version 1").waitFor();
    await visitor.leave();
  });

  it("texts of any kind stay texts", async () => {
    const visitor = await administrator();
    const { page, url } = visitor;
    const mill = await newMill(page, url);
    const name = "<img src=x onerror=document.title='owned'> מדיניות {{n}} $t(parts:save)";
    const reasons = ["<script>document.title='owned'</script>", "W".repeat(200)];
    const policy = await newPolicy(page, mill, { name, reasons, reason: "forced" });
    await open(visitor, policy.id);
    await page.getByRole("heading", { level: 1, name: "<img src=x" }).waitFor();
    await visitor.look("signature-policy-hostile");
    await visitor.open("/admin/signature-policies");
    await page.getByRole("link", { name: "<img src=x" }).waitFor();
    await visitor.look("signature-policies-hostile");
    expect(await page.title()).not.toContain("owned");
    expect(await page.locator(".page img, .page script").count()).toBe(0);
    await call(page, "DELETE", `/signature-policies/${policy.id}`);
    await visitor.leave();
  });
});

it("who may only look sees the rules as sentences and changes nothing", async () => {
  const visitor = await administrator();
  const { page, url } = visitor;
  const policy = await newPolicy(page, await newMill(page, url), { name: "Looked at" });
  await withSomeone(visitor, ["signatures.read"], async (someone) => {
    const other = await enter();
    await other.logOn(someone, "/admin/signature-policies");
    await other.page.getByRole("link", { name: "Looked at" }).click();
    await other.page.getByText("They sign in this order").first().waitFor();
    expect(await other.page.getByRole("button", { name: "Take out of use" }).count()).toBe(0);
    expect(await other.page.getByRole("button", { name: "Save" }).count()).toBe(0);
    await other.look("signature-policy-read");
    await other.leave();
  });
  await withSomeone(visitor, ["users.read"], async (someone) => {
    const other = await enter();
    await other.logOn(someone, `/admin/signature-policies/${policy.id}`);
    await other.page.getByText("not-allowed").waitFor();
    expect(await other.page.getByText("Looked at").count()).toBe(0);
    await other.leave();
  });
  await visitor.leave();
});
