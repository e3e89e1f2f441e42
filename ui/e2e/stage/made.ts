/** What a test finds or makes by the API before it begins. */
import type { Page } from "playwright-core";
import { call } from "./call";
import type { DemoUser, Visitor } from "./index";

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

interface Made extends DemoUser {
  role: string;
  assignment: string;
}

async function make(page: Page, rights: readonly string[], label?: string): Promise<Made> {
  made += 1;
  const login = `made${made}-${Date.now().toString(36)}`;
  const password = `Wiesenrand-${crypto.randomUUID()}`;
  const role: Stored = await call(page, "POST", "/roles", { name: `Role of ${login}`, rights });
  const user: Stored = await call(page, "POST", "/users", { login, password, ...(label && { label }) });
  const assignment: Stored = await call(page, "POST", "/assignments", {
    role: role.id,
    principal: { kind: "user", id: user.id },
    areas: ["dairy"],
  });
  const roles = [role.name];
  return { directory: "local", user: login, password, roles, role: role.id, assignment: assignment.id };
}

/** A user who has just these rights in the whole plant; the page's session makes it. */
export const userWith = (page: Page, rights: readonly string[], label?: string): Promise<DemoUser> =>
  make(page, rights, label);

/**
 * A user who has just these rights of Pforte for the length of a test. The role is gone afterwards, so that the
 * matrix of other tests is as they know it.
 */
export async function withSomeone(
  { page }: Visitor,
  rights: readonly string[],
  test: (someone: DemoUser) => Promise<void>,
): Promise<void> {
  const named = rights.map((right) => `pforte/${right}`);
  const { role, assignment, ...someone } = await make(page, named);
  try {
    await test(someone);
  } finally {
    await call(page, "DELETE", `/assignments/${assignment}`);
    await call(page, "DELETE", `/roles/${role}`);
  }
}
