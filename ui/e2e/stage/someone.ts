import type { DemoUser, Visitor } from ".";
import { call } from "./call";

/** A new user who has just these rights of Pforte, in the whole plant; made by an administrator's page. */
export async function someoneWith({ page }: Visitor, ...rights: string[]): Promise<DemoUser> {
  const user = `reader-${crypto.randomUUID().slice(0, 8)}`;
  const password = `Wiesenrand-${crypto.randomUUID()}`;
  const named = rights.map((right) => `pforte/${right}`);
  const role = await call(page, "POST", "/roles", { name: user, description: "", rights: named });
  const { id } = await call(page, "POST", "/users", { login: user, password });
  const principal = { kind: "user", id };
  await call(page, "POST", "/assignments", { role: role.id, principal, areas: ["dairy"] });
  return { directory: "local", user, password, roles: [user] };
}
