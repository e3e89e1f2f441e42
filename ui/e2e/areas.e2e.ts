import { describe, expect, it } from "vitest";
import { demoUser, SIZES, stage, type Visitor } from "./stage";
import { call } from "./stage/call";
import { named, type Stored } from "./stage/made";
import { withServer } from "./stage/server";

const { enter } = stage();
const administrator = () => demoUser({ role: "Administrator" });

const line = (visitor: Visitor, name: string) =>
  visitor.page.getByRole("treeitem", { name, exact: true }).first();

async function areas(visit = {}, path = "/admin/areas"): Promise<Visitor> {
  const visitor = await enter(visit);
  await visitor.logOn(administrator(), path);
  await visitor.page.getByRole("tree").waitFor();
  return visitor;
}

/** Names of areas are kept in lower case. */
const HOSTILE = ["<script>alert(1)<script>", "محطة التعبئة 🏭", "w".repeat(64)];

const focused = (visitor: Visitor) =>
  visitor.page.evaluate(() => document.activeElement?.querySelector(".line-name")?.textContent);

describe("the areas", () => {
  it("look right in both sizes and themes", async () => {
    const visitor = await areas();
    await line(visitor, "line2").click();
    await visitor.page.getByRole("heading", { name: "line2" }).waitFor();
    await visitor.look("areas");
    await visitor.leave();
  });

  it("are walked, renamed and moved by keys alone", async () => {
    const visitor = await areas();
    const { page } = visitor;
    await line(visitor, "dairy").focus();
    await page.keyboard.press("End");
    expect(await focused(visitor)).toBe("tank2");
    await page.keyboard.press("Home");
    expect(await focused(visitor)).toBe("dairy");
    await page.keyboard.press("l");
    await page.keyboard.press("l");
    expect(await focused(visitor)).toBe("line1");
    await page.keyboard.press("Insert");
    await page.keyboard.type("Palletiser");
    await page.keyboard.press("Enter");
    await line(visitor, "palletiser").waitFor();
    await page.getByRole("heading", { name: "palletiser" }).waitFor();

    await line(visitor, "palletiser").focus();
    await page.keyboard.press("F2");
    await page.keyboard.type("Robot <b>🤖</b>");
    await page.keyboard.press("Enter");
    await page.getByText("dairy", { exact: true }).first().waitFor();
    await page.locator(".split-detail").getByRole("alert").waitFor();
    expect(await page.getByRole("textbox", { name: "Name" }).inputValue()).toBe("Robot <b>🤖</b>");
    await page.keyboard.press("Control+a");
    await page.keyboard.type("robot <b>🤖");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "robot <b>🤖" }).waitFor();

    await line(visitor, "robot <b>🤖").focus();
    await page.keyboard.press("Control+x");
    await line(visitor, "line2").click();
    await page.keyboard.press("Control+v");
    await page.getByRole("alertdialog").getByText("dairy/line2").first().waitFor();
    await visitor.look("areas-move");
    await page.setViewportSize(SIZES.screen);
    await page.getByRole("button", { name: "Move", exact: true }).click();
    await page.getByRole("alertdialog").waitFor({ state: "detached" });
    await line(visitor, "robot <b>🤖").click();
    await page.getByText("dairy/line2/robot <b>🤖").waitFor();
    await page.keyboard.press("Delete");
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
    await line(visitor, "robot <b>🤖").waitFor({ state: "detached" });
    await visitor.leave();
  });

  it("move by the mouse, and not below themselves", async () => {
    const visitor = await areas();
    const { page } = visitor;
    await line(visitor, "line1").dragTo(line(visitor, "filler"), { steps: 8 } as never);
    expect(await page.getByRole("alertdialog").count()).toBe(0);
    await line(visitor, "mixer").dragTo(line(visitor, "line1"));
    await page.getByRole("alertdialog").getByText("Move mixer below dairy/line1?").waitFor();
    await page.getByRole("button", { name: "Move", exact: true }).click();
    await page.getByRole("alertdialog").waitFor({ state: "detached" });
    await line(visitor, "mixer").click();
    await page.getByText("dairy/line1/mixer").waitFor();
    // And back by the form.
    await page.getByRole("combobox", { name: "Lies below" }).selectOption({ label: "dairy/line2" });
    await page.getByText("Rights that people have only in dairy/line1").waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("dairy/line2/mixer").waitFor();
    await visitor.leave();
  });

  it("move by a finger at the grip", async () => {
    const visitor = await areas({ size: "panel", touch: true });
    const { page } = visitor;
    const box = async (name: string) => {
      const found = await line(visitor, name).boundingBox();
      if (found === null) throw new Error(`${name} is not seen`);
      return found;
    };
    const from = await box("cip");
    const to = await box("laboratory");
    const cdp = await visitor.context.newCDPSession(page);
    const touch = (type: string, x: number, y: number) =>
      cdp.send("Input.dispatchTouchEvent", {
        type: type as "touchStart",
        touchPoints: type === "touchEnd" ? [] : [{ x, y }],
      });
    const x = from.x + from.width - 22;
    await touch("touchStart", x, from.y + 22);
    for (let step = 1; step <= 8; step += 1)
      await touch("touchMove", x, from.y + 22 + ((to.y - from.y) * step) / 8);
    await visitor.shot("areas-finger");
    await touch("touchEnd", x, to.y + 22);
    await page.getByRole("alertdialog").getByText("Move cip below dairy/laboratory?").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("alertdialog").waitFor({ state: "detached" });
    await visitor.leave();
  });

  it("are only shown to who may not change them, by a link that was sent", async () => {
    const administrator = await areas();
    const { id } = await named(administrator.page, "areas", "line2");
    await administrator.leave();
    const visitor = await enter();
    const { page } = visitor;
    await visitor.logOn(demoUser({ role: "Auditor" }), `/admin/areas?text=line&id=${id}`);
    await page.getByRole("heading", { name: "line2" }).waitFor();
    expect(await page.getByRole("textbox", { name: "Search areas" }).inputValue()).toBe("line");
    expect(await page.getByRole("button", { name: /New area|Save|Remove/ }).count()).toBe(0);
    await line(visitor, "line2").focus();
    for (const key of ["F2", "Insert", "Delete"]) await page.keyboard.press(key);
    expect(await page.getByRole("dialog").or(page.getByRole("alertdialog")).count()).toBe(0);
    await visitor.shot("areas-read-only");
    await line(visitor, "line1").click();
    await page.getByRole("heading", { name: "line1" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "line1" }).waitFor();
    await visitor.leave();
  });

  it("show any name as text, also at its longest and from right to left", async () => {
    const visitor = await areas();
    const { page } = visitor;
    const { id: parent } = await named(page, "areas", "cip");
    const made: Stored[] = [];
    for (const name of HOSTILE) made.push(await call(page, "POST", "/areas", { parent, name }));
    await page.reload();
    for (const name of HOSTILE) await line(visitor, name).waitFor();
    await line(visitor, HOSTILE[2] ?? "").click();
    await page.getByRole("heading", { name: HOSTILE[2] ?? "" }).waitFor();
    await visitor.look("areas-hostile");
    await page.getByRole("button", { name: "Close" }).click();
    await visitor.look("areas-hostile-tree");
    for (const { id } of made) await call(page, "DELETE", `/areas/${id}`);
    await visitor.leave();
  });

  it("stay readable thirty levels deep, also beside what is shown of one", async () => {
    const visitor = await areas();
    const { page } = visitor;
    const made: Stored[] = [await named(page, "areas", "cip")];
    for (let level = 3; level <= 30; level++)
      made.push(await call(page, "POST", "/areas", { parent: made.at(-1)?.id, name: `level ${level}` }));
    await visitor.open(`/admin/areas?id=${made.at(-1)?.id}`);
    const deepest = line(visitor, "level 30");
    await deepest.waitFor();
    const name = await deepest.locator(".line-name").boundingBox();
    expect(name?.width ?? 0, "too narrow for the name").toBeGreaterThan(100);
    const box = await page.locator(".tree-box").boundingBox();
    expect((name?.y ?? 0) + (name?.height ?? 0), "below what is seen").toBeLessThan(
      (box?.y ?? 0) + (box?.height ?? 0) + 1,
    );
    await visitor.fits();
    await visitor.shot("areas-deep");
    for (const { id } of made.slice(1).reverse()) await call(page, "DELETE", `/areas/${id}`);
    await visitor.leave();
  });

  it("keep what is typed while the server restarts, and save it then", async () => {
    await withServer({ demo: true }, async (server) => {
      const visitor = await enter({ url: server.url });
      const { page } = visitor;
      await visitor.logOn(demoUser({ role: "Administrator" }, server.data), "/admin/areas");
      await line(visitor, "line1").click();
      await page.getByRole("textbox", { name: "Name" }).fill("line one");
      await server.stop();
      await page.getByRole("button", { name: "Save" }).click();
      await page.locator(".split-detail").getByText("The server does not answer.").waitFor();
      expect(await page.getByRole("textbox", { name: "Name" }).inputValue()).toBe("line one");
      await server.restart();
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByRole("heading", { name: "line one" }).waitFor();
      await visitor.leave();
    });
  });

  it("are searched, and say why one cannot be removed", async () => {
    const visitor = await areas();
    const { page } = visitor;
    await page.getByRole("textbox", { name: "Search areas" }).fill("mix");
    await page.getByRole("textbox", { name: "Search areas" }).press("Enter");
    await line(visitor, "line1").waitFor({ state: "detached" });
    expect(await page.getByRole("treeitem").count()).toBe(3);
    expect(new URL(page.url()).searchParams.get("text")).toBe("mix");
    await page.getByRole("button", { name: "Clear" }).click();
    await line(visitor, "line1").click();
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
    await page.getByRole("alertdialog").getByText("It is still used and cannot be removed.").waitFor();
    await visitor.look("areas-in-use");
    await page.keyboard.press("Escape");
    await visitor.leave();
  });

  it("show what somebody else changed meanwhile, and ask before typed text is left", async () => {
    const visitor = await areas();
    const other = await areas();
    await line(visitor, "cip").click();
    await visitor.page.getByRole("textbox", { name: "Name" }).fill("cleaning");
    await line(other, "cip").click();
    await other.page.getByRole("textbox", { name: "Name" }).fill("cip2");
    await other.page.getByRole("button", { name: "Save" }).click();
    await other.page.getByRole("heading", { name: "cip2" }).waitFor();
    await line(visitor, "line1").click();
    await visitor.page.getByRole("alertdialog").getByText("Leave without saving?").waitFor();
    await visitor.page.getByRole("button", { name: "Stay here" }).click();
    await visitor.page.getByRole("button", { name: "Save" }).click();
    await visitor.page.getByText("Somebody else was faster").waitFor();
    await visitor.shot("areas-conflict");
    await visitor.axe();
    await visitor.page.getByRole("button", { name: "Save what is chosen" }).click();
    await visitor.page.getByRole("heading", { name: "cleaning" }).waitFor();
    await visitor.page.getByRole("textbox", { name: "Name" }).fill("cip");
    await visitor.page.getByRole("button", { name: "Save" }).click();
    await visitor.page.getByRole("heading", { name: "cip", exact: true }).waitFor();
    await visitor.leave();
    await other.leave();
  });
});

it("the areas speak every language", async () => {
  for (const language of ["de", "fr", "it", "es", "ja", "zh"]) {
    const there = await enter({ size: "panel", language });
    await there.logOn(administrator(), "/admin/areas");
    await there.page.getByRole("treeitem", { name: "line2" }).click();
    await there.page.locator(".split-detail").waitFor();
    await there.shot(`areas-${language}`);
    await there.fits();
    await there.leave();
  }
});
