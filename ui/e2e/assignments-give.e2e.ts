/** A role is given: by the mouse, by keys, by a finger, to somebody of the domain. */
import { describe, expect, it } from "vitest";
import { stage } from "./stage";
import {
  administrator,
  byName,
  every,
  given,
  hour,
  iso,
  open,
  save,
  says,
  tabTo,
  takeBack,
} from "./stage/assignments";
import { call } from "./stage/call";
import { addDomain } from "./stage/domain";
import { withServer } from "./stage/server";

const { enter } = stage();

describe("a role is given", () => {
  it("by the mouse, with the sentence that says it before", async () => {
    const visitor = await enter();
    const { page } = visitor;
    await iso(visitor);
    await visitor.logOn(administrator(), "/admin/assignments/new");
    const give = page.getByRole("button", { name: "Assign", exact: true });
    await give.waitFor();
    expect(await give.isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Choose a user or a group" }).click();
    await page.getByLabel("Search", { exact: true }).fill("Qual");
    await page.getByRole("button", { name: /^Quality/ }).click();
    await page.getByRole("combobox", { name: "Role" }).selectOption({ label: "Auditor" });
    await page.getByRole("treeitem", { name: "line1" }).click();
    await page.getByRole("treeitem", { name: "cip" }).click();
    await page.getByLabel("Only at these stations").check();
    await page.getByRole("checkbox", { name: "Control room" }).check();
    await page.getByLabel("Only at these times").check();
    await hour(page, 0, 6).hover();
    await page.mouse.down();
    await hour(page, 4, 13).hover();
    await page.mouse.up();
    await says(
      page,
      "Everybody in the group Quality (local) has the role Auditor in dairy/cip and dairy/line1",
    );
    await says(page, "only at Control room and Mon–Fri 06:00–14:00 by the plant’s clock");
    await page.getByRole("button", { name: "Weekend" }).click();
    await says(page, "Sat 00:00 – Mon 00:00");
    await hour(page, 2, 8).click();
    await says(page, "Wed 06:00–08:00");
    await hour(page, 2, 8).click();
    await page.getByRole("button", { name: "Weekend" }).click();
    await page.getByLabel("Time 1, end: time").fill("1430");
    await page.getByLabel("Until").focus();
    expect(await page.getByLabel("Time 1, end: time").inputValue()).toBe("14:30");
    await says(page, "Mon 06:00–14:30; Tue–Fri 06:00–14:00");
    await page.getByLabel("Until").fill("2199-01-31T12:00");
    await page.getByLabel("Least strength").selectOption("strong");
    await says(page, "until 2199-01-31 12:00:00");
    await visitor.look("assignment-new");
    await page.setViewportSize({ width: 1280, height: 1900 });
    await visitor.shot("assignment-new-long");
    await give.click();
    await page.getByRole("heading", { level: 1, name: "Quality: Auditor" }).waitFor();
    await page.reload();
    await says(page, "Mon 06:00–14:30; Tue–Fri 06:00–14:00");
    await visitor.look("assignment");
    const made = (await every(page)).find((one) => page.url().endsWith(one.id));
    expect(made?.areas.map((area) => area.name).toSorted()).toEqual(["dairy/cip", "dairy/line1"]);
    expect(made?.schedule?.[0]).toEqual({ from: "mon 06:00", to: "mon 14:30" });
    await takeBack(page);
    await visitor.leave();
  });

  it("by keys alone", async () => {
    const visitor = await enter();
    const { page } = visitor;
    await iso(visitor);
    await visitor.logOn(administrator());
    const group = await byName(page, "groups", "Engineers");
    const role = await byName(page, "roles", "Operator");
    await visitor.open(`/admin/assignments/new?group=${group.id}&role=${role.id}`);
    await page.getByRole("treeitem", { name: "dairy", exact: true }).focus();
    for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "Space"]) await page.keyboard.press(key);
    await says(page, "Operator in dairy/line1");
    await tabTo(page, page.getByLabel("At any time"));
    await page.keyboard.press("ArrowDown");
    expect(await page.getByLabel("Only at these times").isChecked()).toBe(true);
    await tabTo(page, hour(page, 0, 6));
    for (const key of ["Space", "Shift+ArrowRight", "Shift+ArrowDown", "End", "Enter"])
      await page.keyboard.press(key);
    await says(page, "Mon 06:00–08:00; Tue 07:00–08:00; Tue 23:00–24:00");
    const give = page.getByRole("button", { name: "Assign", exact: true });
    await tabTo(page, give);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Engineers: Operator" }).waitFor();
    await takeBack(page);
    await visitor.leave();
  });

  it("by a finger on a panel: the week is painted, the page does not move", async () => {
    const visitor = await enter({ size: "panel", touch: true });
    const { page } = visitor;
    await iso(visitor);
    await visitor.logOn(administrator());
    const one = await given(page, "Reception crew");
    await open(page, visitor.url, one);
    await page.getByText("Only at these times").tap();
    await page.getByRole("grid").evaluate((grid) => grid.scrollIntoView({ block: "start" }));
    const [from, to] = [await hour(page, 1, 8).boundingBox(), await hour(page, 3, 11).boundingBox()];
    if (from === null || to === null) throw new Error("the hours are out of sight");
    expect(from.height).toBeGreaterThanOrEqual(44);
    const client = await visitor.context.newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", at?: { x: number; y: number }) =>
      client.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: at ? [{ x: at.x + 10, y: at.y + 20 }] : [],
      });
    await touch("touchStart", from);
    await touch("touchMove", { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 });
    await touch("touchMove", to);
    await touch("touchEnd");
    await says(page, "Tue–Thu 08:00–12:00");
    expect((await hour(page, 1, 8).boundingBox())?.y).toBe(from.y);
    await visitor.look("assignment-painted");
    await save(page).tap();
    await page.getByText("Not saved yet").waitFor({ state: "detached" });
    await call(page, "DELETE", `/assignments/${one.id}`);
    await visitor.leave();
  });

  it("to somebody whom only the domain knows so far", async () => {
    await withServer({}, async (server) => {
      const visitor = await enter({ url: server.url });
      const { page } = visitor;
      await visitor.logOn(administrator(server.data));
      await addDomain(page);
      await visitor.open("/admin/assignments/new");
      await page.getByRole("button", { name: "Choose a user or a group" }).click();
      await page.getByLabel("Directory").selectOption({ label: "plant domain" });
      await page.getByLabel("Kind").selectOption("user");
      await page.getByLabel("Search", { exact: true }).fill("jürgen");
      await page.getByRole("button", { name: /jürgen\.müßig/ }).click();
      await page.getByRole("combobox", { name: "Role" }).selectOption({ label: "Operator" });
      await page.getByRole("treeitem", { name: "line2" }).click();
      await says(page, "jürgen.müßig (plant domain) has the role Operator in dairy/line2");
      await page.getByRole("button", { name: "Assign", exact: true }).click();
      await page.getByRole("heading", { level: 1, name: "jürgen.müßig: Operator" }).waitFor();
      await visitor.leave();
    });
  });
});
