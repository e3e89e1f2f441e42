/** Calls of the API by who is logged on in a page: what stands before a test, and what others do meanwhile. */
import type { Page } from "playwright-core";

/** The answer's body; fails where the server refuses. */
export function asked<T>(page: Page, method: string, path: string, body?: unknown): Promise<T> {
  return page.evaluate(
    async ([method, path, body]) => {
      const answer = await fetch(`/api/v1${path}`, {
        method: method as string,
        ...(body === undefined
          ? {}
          : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${text}`);
      return text === "" ? undefined : JSON.parse(text);
    },
    [method, path, body],
  ) as Promise<T>;
}
