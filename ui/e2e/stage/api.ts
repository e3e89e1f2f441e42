/** The API as the session of a page calls it: what is needed before a test, and what somebody else does. */
import type { Page } from "playwright-core";
import type { DemoUser } from "./index";

export interface Stored {
  id: string;
  version: number;
  name: string;
}

/** Calls the API; throws what it refuses with. */
export const ask = <T>(page: Page, method: string, path: string, body?: unknown): Promise<T> =>
  page.evaluate(
    async ([method, path, body]) => {
      const answer = await fetch(`/api/v1/${path}`, {
        method: method as string,
        headers: { "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${text}`);
      return text === "" ? undefined : JSON.parse(text);
    },
    [method, path, body],
  ) as Promise<T>;

/** A thing of a list by its name. */
export async function named(page: Page, list: string, name: string): Promise<Stored> {
  const { items } = await ask<{ items: Stored[] }>(page, "GET", `${list}?limit=500`);
  const found = items.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no ${name} in ${list}`);
  return found;
}

let made = 0;

/** A user who has just these rights of Pforte in the whole plant; the page's session makes it. */
export async function userWith(page: Page, rights: readonly string[], label?: string): Promise<DemoUser> {
  made += 1;
  const login = `made${made}-${Date.now().toString(36)}`;
  const password = crypto.randomUUID();
  const role = await ask<Stored>(page, "POST", "roles", { name: `Role of ${login}`, rights });
  const user = await ask<Stored>(page, "POST", "users", { login, password, ...(label && { label }) });
  await ask(page, "POST", "assignments", {
    role: role.id,
    principal: { kind: "user", id: user.id },
    areas: ["dairy"],
  });
  return { directory: "local", user: login, password, roles: [role.name] };
}
