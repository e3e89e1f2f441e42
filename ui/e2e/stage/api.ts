/** What happens elsewhere while a page is looked at: calls of the API as the one who is logged on in it. */
import type { Page } from "playwright-core";
import type { DemoUser, Visitor } from ".";

/** One call behind the page's back; it must go through. */
export const elsewhere = <T>(page: Page, method: string, path: string, body?: unknown): Promise<T> =>
  page.evaluate(
    async ([method, path, body]) => {
      const answer = await fetch(`/api/v1${path}`, {
        method: method as string,
        headers: { "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!answer.ok) throw new Error(await answer.text());
      return answer.status === 204 ? undefined : await answer.json();
    },
    [method, path, body],
  );

/** A new user who has just these rights of Pforte, in the whole plant; made by an administrator's page. */
export async function someoneWith(administrator: Visitor, ...rights: string[]): Promise<DemoUser> {
  const { page } = administrator;
  const user = `reader-${crypto.randomUUID().slice(0, 8)}`;
  const password = `Wiesenrand-${crypto.randomUUID()}`;
  const role = { name: user, rights: rights.map((right) => `pforte/${right}`) };
  const { id: of } = await elsewhere<{ id: string }>(page, "POST", "/roles", role);
  const { id } = await elsewhere<{ id: string }>(page, "POST", "/users", { login: user, password });
  const given = { role: of, principal: { kind: "user", id }, areas: ["dairy"] };
  await elsewhere(page, "POST", "/assignments", given);
  return { directory: "local", user, password, roles: [user] };
}
