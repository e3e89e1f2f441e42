/** Signature requests: found, looked at, proved, cancelled. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { demoUser, failing, stage, type Visit, type Visitor } from "./stage";
import { call } from "./stage/call";
import { withSomeone } from "./stage/made";
import { binary } from "./stage/server";
import { ask, type Mill, newMill, newPolicy, sign } from "./stage/signatures";

const { enter } = stage();
let mill: Mill;

const administrator = async (visit: Visit = {}, path = "/admin/signatures"): Promise<Visitor> => {
  const visitor = await enter(visit);
  await visitor.logOn(demoUser({ role: "Administrator" }), path);
  await visitor.page.getByRole("heading", { level: 1 }).waitFor();
  return visitor;
};

const row = (page: Page, object: string) =>
  page
    .locator("table.si-rows tbody tr")
    .filter({ has: page.getByRole("link", { name: object, exact: true }) });
const objects = (page: Page): Promise<string[]> =>
  page.locator("table.si-rows a.pick").evaluateAll((all) => all.map((one) => one.textContent ?? ""));

async function open(visitor: Visitor, id: string): Promise<void> {
  await visitor.open(`/admin/signatures/${id}`);
  await visitor.page.getByRole("heading", { name: "What was asked" }).waitFor();
}

beforeAll(async () => {
  const visitor = await administrator();
  const { page, url } = visitor;
  mill = await newMill(page, url);
  await newPolicy(page, mill, { reason: "optional" });
  await visitor.leave();
});

describe("the list", () => {
  it("has the newest first, and finds by state, object and person", async () => {
    const visitor = await administrator();
    const { page, url } = visitor;
    await ask(url, mill, "Lot A1");
    const second = await ask(url, mill, "Lot A2");
    const third = await ask(url, mill, "Lot A3");
    await sign(url, second, "operator2");
    await sign(url, third, "operator2");
    await sign(url, third, "quality1");
    await page.reload();
    await row(page, "Lot A1").waitFor();
    expect((await objects(page)).slice(0, 3)).toEqual(["Lot A3", "Lot A2", "Lot A1"]);
    await row(page, "Lot A2").getByText("Signed in part").waitFor();
    await row(page, "Lot A2").getByText("1 of 2").waitFor();
    await visitor.look("signatures");
    await page.getByLabel("State").selectOption("complete");
    await row(page, "Lot A1").waitFor({ state: "detached" });
    expect(await objects(page)).toEqual(["Lot A3"]);
    await page.getByLabel("Object (whole name)").fill("LOT A1");
    await row(page, "Lot A1").waitFor();
    expect(await objects(page)).toEqual(["Lot A1"]);
    expect(await page.getByLabel("State").inputValue()).toBe("");
    await page.getByLabel("Object (whole name)").fill("Lot");
    await page.getByText("Nothing fits").waitFor();
    await page.getByLabel("Signed by").click();
    await page.getByRole("dialog").getByLabel("Search").fill("quality1");
    await page.getByRole("dialog").getByRole("button", { name: "quality1" }).click();
    await row(page, "Lot A3").waitFor();
    expect(await objects(page)).toEqual(["Lot A3"]);
    expect(new URL(page.url()).searchParams.get("object")).toBeNull();
    await page.reload();
    await row(page, "Lot A3").waitFor();
    await page.getByRole("button", { name: "Of everybody" }).click();
    await row(page, "Lot A1").waitFor();
    await visitor.leave();
  });

  it("goes on as far as one reads, and begins without the rest", { timeout: 120_000 }, async () => {
    const visitor = await administrator({ size: "panel" });
    const { page, url } = visitor;
    const all = Array.from({ length: 120 }, (_, at) => `Long ${String(at).padStart(3, "0")}`);
    for (const object of all) await ask(url, mill, object);
    const asked: string[] = [];
    page.on("request", (request) => {
      if (request.url().includes("/signature-requests?")) asked.push(request.url());
    });
    await visitor.open("/admin/signatures");
    await row(page, "Long 119").waitFor();
    expect(await objects(page)).toHaveLength(50);
    expect(asked).toHaveLength(1);
    const list = page.locator(".si-list");
    await expect
      .poll(
        async () => {
          await list.evaluate((one) => one.scrollTo(0, one.scrollHeight));
          return (await objects(page)).includes("Long 000");
        },
        { timeout: 20_000 },
      )
      .toBe(true);
    const shown = (await objects(page)).filter((object) => object.startsWith("Long"));
    expect(shown).toEqual(all.toReversed());
    await visitor.leave();
  });

  it("says when there is nothing, and tries again when it fails", async () => {
    const visitor = await administrator();
    const { page } = visitor;
    await page.route("**/api/v1/signature-requests?*", (route) => route.fulfill(failing(500, "internal")));
    await page.reload();
    await page.getByRole("button", { name: "Try again" }).waitFor();
    await page.unroute("**/api/v1/signature-requests?*");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator("table.si-rows").waitFor();
    await visitor.open("/admin/signatures?state=refused");
    await page.getByText("Nothing fits").waitFor();
    await visitor.open("/admin/signatures?person=nobody");
    await page.locator(".told.alarm").waitFor();
    await visitor.leave();
  });
});

describe("a request", () => {
  it("tells what was asked, who signed how, and is proved without the server", async () => {
    const visitor = await administrator();
    const { page, url } = visitor;
    const request = await ask(url, mill, "Lot B1", {
      description: "Release the flour for packing",
      outcome: "released",
      changes: [{ what: "status", old: "held", new: "released" }],
      record: { json: { lot: "B1", moisture: 13.5 } },
    });
    await open(visitor, request.id);
    await page.getByText("Nobody has signed.").waitFor();
    await page.getByText("Still missing:").waitFor();
    await visitor.look("signature-request-open");
    await sign(url, request, "operator2", { comment: "moist but in order", reason: "harvest" });
    // The page hears of it by itself.
    await page.getByRole("article", { name: "Operator, line 1" }).waitFor();
    await sign(url, request, "quality1");
    await page.getByRole("article", { name: "Quality, release" }).waitFor();
    const first = page.getByRole("article", { name: "Operator, line 1" });
    for (const part of ["performed", "local\\operator2", "Operator", "moist but in order", "harvest"])
      await first.getByText(part, { exact: false }).first().waitFor();
    expect(await first.locator("time").first().textContent()).toMatch(/[+-]\d\d:\d\d|Z/);
    const shown = await call(page, "GET", `/signature-requests/${request.id}`);
    await first.getByText(shown.signatures[0].statement).waitFor();
    await page.getByRole("button", { name: "Show the record" }).click();
    await page.getByText('"moisture": 13.5').waitFor();
    await visitor.look("signature-request");
    await page.getByRole("heading", { name: "Proof" }).scrollIntoViewIfNeeded();
    await visitor.look("signature-request-proof");

    const saved = async (name: string): Promise<string> => {
      const [file] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name }).click(),
      ]);
      const folder = join(scratch, file.suggestedFilename());
      await file.saveAs(folder);
      return folder;
    };
    const scratch = mkdtempSync(join(tmpdir(), "pforte-e2e-"));
    try {
      const [text, keys] = [await saved("Document (JSON)"), await saved("Public keys")];
      expect(text.endsWith("Lot-B1.json")).toBe(true);
      const checked = execFileSync(binary(), ["signature", "verify", text, "--keys", keys]).toString();
      expect(checked).toContain("Operator, line 1");
      const printed = await saved("Document (PDF, to print)");
      expect(printed.endsWith(`signatures-${request.id}.pdf`)).toBe(true);
      expect((await readFile(printed)).subarray(0, 5).toString("latin1")).toBe("%PDF-");
      const xml = await saved("Document (XML)");
      expect(xml.endsWith(`signatures-${request.id}.xml`)).toBe(true);
      const checkedXml = execFileSync(binary(), ["signature", "verify", xml, "--keys", keys]).toString();
      expect(checkedXml).toContain("Operator, line 1");
      expect(await readFile(await saved("Save the record"), "utf8")).toBe('{"lot":"B1","moisture":13.5}');
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
    await page.getByRole("button", { name: "History of this object" }).click();
    await row(page, "Lot B1").waitFor();
    expect(await objects(page)).toEqual(["Lot B1"]);
    await page.goBack();
    await first.getByRole("link", { name: /^Event / }).click();
    await page.getByRole("heading", { level: 2, name: "Signed" }).waitFor();
    await page.goBack();
    await page.getByRole("link", { name: "(version 1)" }).click();
    await page.getByRole("heading", { name: "Version 1", exact: true }).waitFor();
    await visitor.leave();
  });

  it("is cancelled by who may, who proves it anew; what was typed stays, the password does not", async () => {
    const visitor = await administrator({ size: "panel", touch: true });
    const { page, url } = visitor;
    const request = await ask(url, mill, "Lot C1");
    await open(visitor, request.id);
    await page.getByRole("button", { name: "Cancel the request" }).click();
    const asks = page.getByRole("dialog");
    await asks.getByText("Shift lead").waitFor();
    const yes = asks.getByRole("button", { name: "Cancel the request" });
    expect(await yes.isDisabled()).toBe(true);
    await asks.getByLabel("Why it is cancelled").fill("the lot was split");
    const lead = demoUser({ user: "shiftlead1" });
    await asks.getByLabel(/^Password/).fill("wrong");
    await asks.getByLabel("User").fill(lead.user);
    await yes.click();
    await asks.locator(".told.alarm").waitFor();
    expect(await asks.getByLabel(/^Password/).inputValue()).toBe("");
    expect(await asks.getByLabel("Why it is cancelled").inputValue()).toBe("the lot was split");
    await visitor.look("signature-cancel");
    const operator = demoUser({ user: "operator2" });
    await asks.getByLabel("User").fill(operator.user);
    await asks.getByLabel(/^Password/).fill(operator.password);
    await yes.click();
    await asks.getByText("not-a-signer", { exact: false }).waitFor();
    await asks.getByLabel("User").fill(lead.user);
    await asks.getByLabel(/^Password/).fill(lead.password);
    await page.keyboard.press("Enter");
    await asks.waitFor({ state: "detached" });
    await page.getByRole("status").getByText("Cancelled").waitFor();
    await page.getByText("the lot was split").waitFor();
    expect(await page.getByRole("button", { name: "Cancel the request" }).count()).toBe(0);
    await visitor.look("signature-request-cancelled");
    await visitor.leave();
  });

  it("that is not there, or is ended by the application, is told", async () => {
    const visitor = await administrator();
    const { page, url } = visitor;
    for (const id of ["01900000-0000-7000-8000-000000000000", "nothing", "<b>"]) {
      await visitor.open(`/admin/signatures/${encodeURIComponent(id)}`);
      await page.locator(".told.alarm").waitFor();
    }
    const request = await ask(url, mill, "Lot D1");
    await open(visitor, request.id);
    await fetch(`${url}/api/v1/signature-requests/${request.id}/cancellation`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${mill.credential}` },
      body: JSON.stringify({ reason: "mixed up" }),
    });
    await page.getByText("mixed up").waitFor();
    await visitor.leave();
  });

  it("with texts of any kind stays a text", async () => {
    const visitor = await administrator();
    const { page, url } = visitor;
    const hostile = "<img src=x onerror=document.title='owned'> אצווה";
    const request = await ask(url, mill, hostile, {
      key: "hostile",
      description: `${"W".repeat(300)}\n\n<script>document.title='owned'</script>`,
      changes: [{ what: hostile, old: "{{n}}", new: "$t(parts:save)" }],
      record: { text: "<b>bold</b>\u0007\u202e", media_type: "text/html" },
    });
    await open(visitor, request.id);
    await visitor.look("signature-request-hostile");
    // What a browser would run is never opened here, only saved.
    expect(await page.getByRole("button", { name: "Show the record" }).count()).toBe(0);
    await visitor.open("/admin/signatures");
    await page.getByRole("link", { name: "<img src=x" }).waitFor();
    await visitor.look("signatures-hostile");
    expect(await page.title()).not.toContain("owned");
    expect(await page.locator(".page img, .page script").count()).toBe(0);
    await visitor.leave();
  });
});

it("nobody sees requests without the right to", async () => {
  const visitor = await administrator();
  const { url } = visitor;
  const request = await ask(url, mill, "Lot E1");
  await withSomeone(visitor, ["signatures.read"], async (someone) => {
    const other = await enter({ language: "de" });
    await other.logOn(someone, "/admin/signatures");
    await row(other.page, "Lot E1").getByText("Offen").waitFor();
    expect(await other.page.getByText("Signiert von").count()).toBe(0);
    await other.leave();
  });
  await withSomeone(visitor, ["users.read"], async (someone) => {
    const other = await enter();
    await other.logOn(someone, `/admin/signatures/${request.id}`);
    await other.page.getByText("not-allowed").waitFor();
    expect(await other.page.getByText("Lot E1").count()).toBe(0);
    await other.leave();
  });
  await visitor.leave();
});

it("fits in other languages, on the panel", async () => {
  const visitor = await administrator();
  const { page, url } = visitor;
  const request = await ask(url, mill, "Lot F1", { record: { text: "Befund: in Ordnung" } });
  await sign(url, request, "operator2");
  const policy = (await call(page, "GET", "/signature-policies")).items[0];
  for (const language of ["de", "fr", "ja"]) {
    const other = await administrator({ size: "panel", touch: true, language }, "/admin/signatures");
    await row(other.page, "Lot F1").waitFor();
    await other.look(`signatures-${language}`);
    await other.open(`/admin/signatures/${request.id}`);
    await other.page.locator("#si-what").waitFor();
    await other.look(`signature-request-${language}`);
    await other.open(`/admin/signature-policies/${policy.id}`);
    await other.page.locator(".sp-step").first().waitFor();
    await other.look(`signature-policy-${language}`);
    await other.leave();
  }
  await visitor.leave();
});
