/** What a test finds or makes by the API before it begins. */
import type { Page } from "playwright-core";
import { call } from "./call";
import type { DemoUser } from "./index";

export interface Stored {
  id: string;
  version: number;
  name: string;
}

/** A thing of a list by its name. */
export async function named(page: Page, list: string, name: string): Promise<Stored> {
  const { items } = (await call(page, "GET", `/${list}?limit=500`)) as { items: Stored[] };
  const found = items.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no ${name} in ${list}`);
  return found;
}

/** The identity of a user by the log-on name. */
export const userId = async (page: Page, login: string): Promise<string> => {
  const { items } = await call(page, "GET", `/users?search=${login}`);
  return (items as { id: string; login: string }[]).find((one) => one.login === login)?.id ?? "";
};

let made = 0;

/** A user who has just these rights of Pforte in the whole plant; the page's session makes it. */
export async function userWith(page: Page, rights: readonly string[], label?: string): Promise<DemoUser> {
  made += 1;
  const login = `made${made}-${Date.now().toString(36)}`;
  const password = crypto.randomUUID();
  const role: Stored = await call(page, "POST", "/roles", { name: `Role of ${login}`, rights });
  const user: Stored = await call(page, "POST", "/users", { login, password, ...(label && { label }) });
  await call(page, "POST", "/assignments", {
    role: role.id,
    principal: { kind: "user", id: user.id },
    areas: ["dairy"],
  });
  return { directory: "local", user: login, password, roles: [role.name] };
}
