import { describe, expect, it } from "vitest";
import { demoUser, SIZES, stage, type Visitor } from "./stage";
import { call } from "./stage/call";
import { named, userWith } from "./stage/made";

const { enter } = stage();
const administrator = () => demoUser({ role: "Administrator" });

const HOSTILE = [
  `<script>alert(1)</script> ${"x".repeat(102)}`,
  "🏭 محطة التعبئة رقم ٢ – خط الإنتاج",
  "W".repeat(128),
];

async function stations(visit = {}, path = "/admin/stations"): Promise<Visitor> {
  const visitor = await enter(visit);
  await visitor.logOn(administrator(), path);
  await visitor.page.getByRole("table").waitFor();
  return visitor;
}

async function register(visitor: Visitor, name: string, area = "dairy/line1"): Promise<string> {
  const { page } = visitor;
  await page.getByRole("button", { name: "New station" }).click();
  await page.getByRole("dialog").getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByRole("dialog").getByRole("combobox").selectOption({ label: area });
  await page.getByRole("button", { name: "Register" }).click();
  const told = page.getByRole("alertdialog").locator("code");
  await told.waitFor();
  return (await told.textContent()) ?? "";
}

const kept = (visitor: Visitor) => visitor.page.getByRole("button", { name: "I have kept it" }).click();

describe("the stations", () => {
  it("look right in both sizes and themes", async () => {
    const visitor = await stations();
    await visitor.look("stations");
    await visitor.page.getByRole("link", { name: "Line 1 panel" }).click();
    await visitor.page.getByRole("heading", { name: "Line 1 panel" }).waitFor();
    await visitor.look("stations-one");
    await visitor.leave();
  });

  it("are registered, told their credential once, changed and removed", async () => {
    const visitor = await stations();
    const { page } = visitor;
    const credential = await register(visitor, "Palletiser");
    expect(credential.length).toBeGreaterThan(20);
    await visitor.look("stations-credential");
    await page.setViewportSize(SIZES.screen);
    await page.keyboard.press("Escape");
    expect(await page.getByRole("alertdialog").count()).toBe(1);
    await kept(visitor);
    expect(await page.content()).not.toContain(credential);
    await page.getByRole("textbox", { name: "Name" }).fill("Palletiser 2");
    await page.getByRole("combobox", { name: "Area" }).selectOption({ label: "dairy/line2" });
    await page.getByRole("checkbox", { name: /Switched on/ }).uncheck();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "Palletiser 2" }).waitFor();
    const row = page.getByRole("row").filter({ hasText: "Palletiser 2" });
    await row.filter({ hasText: "dairy/line2" }).filter({ hasText: "Off" }).waitFor();
    await page.getByRole("button", { name: "New credential" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "New credential" }).click();
    const second = page.getByRole("alertdialog").locator("code");
    await second.waitFor();
    expect(await second.textContent()).not.toBe(credential);
    await kept(visitor);
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
    await row.waitFor({ state: "detached" });
    await visitor.leave();
  });

  it("keep what was typed when the name is refused, and show any name as text", async () => {
    const visitor = await stations();
    const { page } = visitor;
    await page.getByRole("button", { name: "New station" }).click();
    const name = page.getByRole("dialog").getByRole("textbox", { name: "Name" });
    await name.fill("ü".repeat(256));
    await page.getByRole("dialog").getByRole("combobox").selectOption({ label: "dairy/cip" });
    await page.getByRole("button", { name: "Register" }).click();
    await page.getByRole("dialog").getByRole("alert").waitFor();
    expect(await name.inputValue()).toBe("ü".repeat(256));
    await page.keyboard.press("Escape");
    for (const hostile of HOSTILE) {
      await register(visitor, hostile, "dairy/cip");
      await kept(visitor);
      await page.getByRole("heading", { name: hostile }).waitFor();
    }
    await visitor.look("stations-hostile");
    await page.getByRole("button", { name: "Close" }).click();
    await visitor.look("stations-hostile-list");
    for (const hostile of HOSTILE) {
      await page.getByRole("link", { name: hostile }).click();
      await page.getByRole("button", { name: "Remove" }).click();
      await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
      await page.getByRole("link", { name: hostile }).waitFor({ state: "detached" });
    }
    await visitor.leave();
  });

  it("become the browser's own, and are forgotten again", async () => {
    const visitor = await stations();
    const { page } = visitor;
    await register(visitor, "Packing");
    await page.getByRole("alertdialog").getByRole("button", { name: "Make this browser a station" }).click();
    await page.locator("#log-on-title").waitFor();
    await page.locator(".frame-head").getByText("Packing").waitFor();
    await visitor.logOn(administrator(), "/admin/stations");
    await page.getByText("This browser is the station Packing.").waitFor();
    await visitor.shot("stations-own");
    await page.getByRole("button", { name: "Forget the station" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Forget the station" }).click();
    await page.locator("#log-on-title").waitFor();
    await visitor.logOn(administrator(), "/admin/stations");
    await page.getByText("This browser is no station.").waitFor();
    await page.getByRole("link", { name: "Packing" }).click();
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
    await page.getByRole("link", { name: "Packing" }).waitFor({ state: "detached" });
    await visitor.leave();
  });

  it("show what another administrator changed meanwhile, and overwrite nothing unseen", async () => {
    const visitor = await stations();
    const { page } = visitor;
    await page.getByRole("link", { name: "Reception panel" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("Mine");
    const { id, version } = await named(page, "stations", "Reception panel");
    await call(page, "PATCH", `/stations/${id}`, { version, name: "Theirs" });
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Somebody else was faster").waitFor();
    await page.locator("dialog").getByText("Theirs", { exact: true }).first().waitFor();
    await visitor.look("stations-conflict");
    await page.getByRole("button", { name: "Save what is chosen" }).click();
    await page.getByRole("heading", { name: "Mine" }).waitFor();
    await page.getByRole("textbox", { name: "Name" }).fill("Reception panel");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "Reception panel" }).waitFor();
    await visitor.leave();
  });

  it("are only shown to who may not change them, at the panel by touch and by a link", async () => {
    const administrator = await stations();
    const reader = await userWith(administrator.page, ["pforte/stations.read"]);
    await administrator.leave();
    const visitor = await enter({ size: "panel", touch: true });
    const { page } = visitor;
    await visitor.logOn(reader, "/admin/stations?text=panel");
    await page.getByRole("link", { name: "Line 2 panel" }).tap();
    await page.getByRole("heading", { name: "Line 2 panel" }).waitFor();
    expect(await page.getByRole("button", { name: /New station|New credential|Remove|Save/ }).count()).toBe(
      0,
    );
    await visitor.look("stations-read-only");
    await page.reload();
    await page.getByRole("heading", { name: "Line 2 panel" }).waitFor();
    await page.getByRole("button", { name: "Close" }).tap();
    await page.getByRole("link", { name: "Line 1 panel" }).waitFor();
    expect(await page.getByRole("link", { name: "Control room" }).count()).toBe(0);
    await visitor.leave();
  });

  it("are chosen, changed and left by keys alone", async () => {
    const visitor = await stations();
    const { page } = visitor;
    await page.getByRole("link", { name: "Laboratory" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Laboratory" }).waitFor();
    await page.getByRole("textbox", { name: "Name" }).focus();
    await page.keyboard.press("End");
    await page.keyboard.type(" 2");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Laboratory 2" }).waitFor();
    await page.keyboard.press("End");
    await page.keyboard.press("Backspace");
    await page.keyboard.press("Backspace");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Laboratory", exact: true }).waitFor();
    await visitor.leave();
  });

  it("refuse a credential that is none, and keep it in the field", async () => {
    const visitor = await stations();
    const { page } = visitor;
    await page.getByRole("button", { name: "Make this browser a station" }).click();
    await page.getByRole("textbox", { name: "Credential" }).fill("not a credential");
    await page.getByRole("dialog").getByRole("button", { name: "Make this browser a station" }).click();
    await page.getByRole("dialog").getByRole("alert").waitFor();
    expect(await page.getByRole("textbox", { name: "Credential" }).inputValue()).toBe("not a credential");
    await visitor.look("stations-become");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await visitor.leave();
  });
});
