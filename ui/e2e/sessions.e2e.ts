import { describe, expect, it } from "vitest";
import { demoCredentials, demoUser, failing, stage, type Visitor } from "./stage";
import { userWith } from "./stage/made";

const { enter } = stage();
const administrator = () => demoUser({ role: "Administrator" });

/** Somebody at a station, as the station's own browser is. */
async function atStation(user: string, station: string): Promise<Visitor> {
  const credential = demoCredentials().find((one) => one.kind === "station" && one.name === station);
  if (credential === undefined) throw new Error(`no station ${station}`);
  const visitor = await enter({ headers: { "Pforte-Station": credential.credential } });
  await visitor.logOn(demoUser({ user }));
  return visitor;
}

const HOSTILE = [
  "<script>alert(1)</script>",
  "مشغل الخط الثاني 🥛",
  `${"Schichtführer-".repeat(10)}`.slice(0, 128),
];

const operator = () => demoUser({ role: "Operator" });

describe("the sessions", () => {
  it("tell who is logged on where, and look right", async () => {
    const worker = await atStation(operator().user, "Line 1 panel");
    const visitor = await enter();
    await visitor.logOn(administrator(), "/admin/sessions");
    await visitor.page.getByRole("row").filter({ hasText: "Line 1 panel" }).waitFor();
    await visitor.page.getByRole("row").filter({ hasText: "this is you" }).waitFor();
    await visitor.look("sessions");
    await worker.leave();
    await visitor.leave();
  });

  it("are ended from afar, with a reason, and the list follows by itself", async () => {
    const worker = await atStation(operator().user, "Line 2 panel");
    const visitor = await enter();
    const { page } = visitor;
    await visitor.logOn(administrator(), "/admin/sessions");
    const row = page.getByRole("row").filter({ hasText: "Line 2 panel" });
    await row.getByRole("button").click();
    await page.getByRole("textbox", { name: "Reason" }).fill("Shift is over <script>alert(1)</script>");
    await visitor.look("sessions-end");
    await page.getByRole("alertdialog").getByRole("button", { name: "End session" }).click();
    await row.waitFor({ state: "detached" });
    await worker.page.locator("#log-on-title").waitFor();
    await worker.logOn(operator());
    // Nobody touches the list: it is asked again by itself.
    await row.waitFor({ timeout: 15_000 });
    await worker.leave();
    await visitor.leave();
  });

  it("show any name as text, and keep it in its column", async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.logOn(administrator(), "/admin/sessions");
    await page.getByRole("row").filter({ hasText: "this is you" }).waitFor();
    const there: Visitor[] = [];
    for (const label of HOSTILE) {
      const other = await enter();
      await other.logOn(await userWith(page, ["pforte/areas.read"], label));
      there.push(other);
    }
    await page.reload();
    for (const label of HOSTILE) await page.getByText(label, { exact: true }).first().waitFor();
    await visitor.look("sessions-hostile");
    for (const other of there) await other.leave();
    await visitor.leave();
  });

  it("cannot be ended by who may only see them, and are ended by keys alone by who may", async () => {
    const auditor = await enter();
    await auditor.logOn(demoUser({ role: "Auditor" }), "/admin/sessions");
    const own = auditor.page.getByRole("row").filter({ hasText: "this is you" });
    await own.waitFor();
    expect(await own.getByRole("button").count()).toBe(0);
    await auditor.shot("sessions-read-only");
    const visitor = await enter();
    const { page } = visitor;
    await visitor.logOn(administrator(), "/admin/sessions?text=auditor");
    await page.getByRole("row").getByRole("button", { name: /^End/ }).first().focus();
    await page.keyboard.press("Enter");
    await page.getByRole("alertdialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("alertdialog").waitFor({ state: "detached" });
    await page.keyboard.press("Enter");
    await page.getByRole("textbox", { name: "Reason" }).focus();
    await page.keyboard.type("End of the audit");
    await page.getByRole("alertdialog").getByRole("button", { name: "End session" }).focus();
    await page.keyboard.press("Enter");
    // Who is ended is told at once.
    await auditor.page.locator("#log-on-title").waitFor();
    await auditor.leave();
    await visitor.leave();
  });

  it("keep the reason when the server refuses to end one, and say so", async () => {
    const visitor = await enter({ size: "panel", touch: true });
    const { page } = visitor;
    const worker = await atStation(operator().user, "Laboratory");
    await visitor.logOn(administrator(), "/admin/sessions?text=laboratory");
    await page.getByRole("row").filter({ hasText: "Laboratory" }).getByRole("button").tap();
    await page.route("**/api/v1/sessions/**", (route) => route.fulfill(failing(503, "busy")));
    await page.getByRole("textbox", { name: "Reason" }).fill("Shift is over");
    await page.getByRole("alertdialog").getByRole("button", { name: "End session" }).tap();
    await page.getByRole("alertdialog").getByRole("alert").waitFor();
    expect(await page.getByRole("textbox", { name: "Reason" }).inputValue()).toBe("Shift is over");
    await page.unroute("**/api/v1/sessions/**");
    await page.getByRole("alertdialog").getByRole("button", { name: "End session" }).tap();
    await page.getByRole("alertdialog").waitFor({ state: "detached" });
    await worker.page.locator("#log-on-title").waitFor();
    await worker.leave();
    await visitor.leave();
  });

  it("are filtered and sorted by the address", async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.logOn(administrator(), "/admin/sessions?station=no");
    await page.getByRole("row").filter({ hasText: "this is you" }).waitFor();
    expect(await page.getByRole("cell", { name: "Line 2 panel" }).count()).toBe(0);
    await page.getByRole("textbox", { name: /Search/ }).fill("nobody has this name");
    await page.getByText("No session fits the filter").waitFor();
    await page.getByRole("button", { name: "Clear" }).click();
    await page.getByRole("columnheader", { name: "Person" }).getByRole("button").click();
    await page.waitForURL((at) => at.searchParams.get("sort") === "person");
    expect(await page.getByRole("columnheader", { name: "Person" }).getAttribute("aria-sort")).toBe(
      "ascending",
    );
    await page.reload();
    await page.getByRole("row").filter({ hasText: "this is you" }).waitFor();
    expect(await page.getByRole("combobox", { name: "Where" }).inputValue()).toBe("no");
    await visitor.leave();
  });

  it("stay in sight when the server cannot be reached, and heal", async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.logOn(administrator(), "/admin/sessions");
    await page.getByRole("row").filter({ hasText: "this is you" }).waitFor();
    await page.route("**/api/v1/sessions", (route) => route.abort());
    await page.getByRole("button", { name: "Try again" }).waitFor({ timeout: 20_000 });
    expect(await page.getByRole("row").filter({ hasText: "this is you" }).count()).toBe(1);
    await visitor.shot("sessions-lost");
    await page.unroute("**/api/v1/sessions");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("button", { name: "Try again" }).waitFor({ state: "detached" });
    await visitor.leave();
  });
});
