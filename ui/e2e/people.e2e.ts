import { expect, it } from "vitest";
import { demoUser, stage } from "./stage";

const { enter } = stage();
const administrator = () => demoUser({ role: "Administrator" });

it("lists, searches and opens a user", async () => {
  const visitor = await enter();
  await visitor.logOn(administrator(), "/admin/users");
  await visitor.page.getByRole("link", { name: "Operator, line 1", exact: true }).waitFor();
  await visitor.look("users");
  await visitor.page.getByLabel("Search by name").fill("line 2");
  await visitor.page.getByText("Operator, line 1", { exact: true }).waitFor({ state: "detached" });
  expect(new URL(visitor.page.url()).searchParams.get("text")).toBe("line 2");
  await visitor.page.getByRole("link", { name: "Operator, line 2", exact: true }).click();
  await visitor.page.getByRole("heading", { level: 1, name: "Operator, line 2" }).waitFor();
  await visitor.look("user");
  await visitor.page.goBack();
  await visitor.page.getByRole("link", { name: "Operator, line 2", exact: true }).waitFor();
  await visitor.leave();
});

it("shows a user by the new name at once when it is saved", async () => {
  const visitor = await enter();
  const { page } = visitor;
  await visitor.logOn(administrator(), "/admin/users?text=operator5");
  await page.getByRole("link", { name: "Operator, line 2, late shift" }).click();
  const label = page.getByRole("textbox", { name: "Full name" });
  const before = await label.inputValue();
  for (const name of ["Operator, line 2, on leave", before]) {
    await label.fill(name);
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
  }
  await visitor.leave();
});
