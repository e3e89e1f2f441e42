import type { DemoUser, Visitor } from ".";
import { call } from "./call";

/**
 * A user who has just these rights of Pforte, in the whole plant, for the length of a test; made by an
 * administrator's page. The role is gone afterwards, so that the matrix of other tests is as they know it.
 */
export async function withSomeone(
  { page }: Visitor,
  rights: readonly string[],
  test: (someone: DemoUser) => Promise<void>,
): Promise<void> {
  const user = `reader-${crypto.randomUUID().slice(0, 8)}`;
  const password = `Wiesenrand-${crypto.randomUUID()}`;
  const named = rights.map((right) => `pforte/${right}`);
  const role = await call(page, "POST", "/roles", { name: user, description: "", rights: named });
  const { id } = await call(page, "POST", "/users", { login: user, password });
  const given = { role: role.id, principal: { kind: "user", id }, areas: ["dairy"] };
  const assignment = await call(page, "POST", "/assignments", given);
  try {
    await test({ directory: "local", user, password, roles: [user] });
  } finally {
    await call(page, "DELETE", `/assignments/${assignment.id}`);
    await call(page, "DELETE", `/roles/${role.id}`);
  }
}
