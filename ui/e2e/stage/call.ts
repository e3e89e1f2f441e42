import type { Page } from "playwright-core";

/** What an answer of the API holds, as far as a test looks into it. */
// biome-ignore lint/suspicious/noExplicitAny: a test that looks for what is not there fails
export type Answer = any;

/** Calls the API from a page, as the person of its session; a refusal fails the test. */
export const call = (page: Page, method: string, path: string, body?: unknown): Promise<Answer> =>
  page.evaluate(
    async ([method, path, body]) => {
      const answer = await fetch(`/api/v1${path}`, {
        method: method as string,
        ...(body ? { body: body as string, headers: { "content-type": "application/json" } } : {}),
      });
      if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
      return answer.status === 204 ? null : answer.json();
    },
    [method, path, body === undefined ? "" : JSON.stringify(body)],
  );
