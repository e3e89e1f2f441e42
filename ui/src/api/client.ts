/**
 * The HTTP API, typed by its own description. Every call goes through {@link call}, which gives the
 * answer or throws a {@link Problem}.
 *
 * The session is a cookie that no script can read. Calls go to the page's own origin only, so the
 * browser itself vouches for them (`Sec-Fetch-Site`), and no token has to be kept here.
 */
import createClient, { type Middleware } from "openapi-fetch";
import { tellServerTime } from "./clock";
import type { components, paths } from "./generated";
import { heard, lost } from "./link";
import { Problem, problemOf, UNREACHABLE } from "./problem";

/** A type of the API by its name: `Schema<"Session">`. */
export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];

/** After how long without an answer a call has failed. */
const PATIENCE_MS = 30_000;
/** The server itself gives the test or the probe of a directory a minute. */
const PATIENCE_OF_A_TEST_MS = 75_000;

const watched: Middleware = {
  onRequest: ({ request, schemaPath }) => {
    const isTest = /\/(test|probe)$/.test(schemaPath);
    const patience = isTest ? PATIENCE_OF_A_TEST_MS : PATIENCE_MS;
    return new Request(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(patience)]) });
  },
  onResponse: ({ response }) => {
    heard();
    tellServerTime(response.headers.get("date"), Date.now());
  },
  onError: ({ error }) => {
    if (error instanceof DOMException && error.name === "AbortError") return;
    lost();
    return new Problem(UNREACHABLE, 0, String(error));
  },
};

/** The client; use it inside {@link call}. */
export const api = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? "",
  credentials: "same-origin",
  // Looked up at each call, so that tests can put another in its place.
  fetch: (request) => globalThis.fetch(request),
});
api.use(watched);

interface Answered<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer; throws a {@link Problem} where there is none. */
export async function call<T>(asked: Promise<Answered<T>>): Promise<T> {
  const { data, error, response } = await asked;
  if (!response.ok) {
    const problem = problemOf(response, error, Date.now());
    if (problem.code === UNREACHABLE) lost();
    throw problem;
  }
  return data as T;
}
