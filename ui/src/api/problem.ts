import type { Schema } from "./client";

/** A rule that a refused password breaks. */
export type Reason = Schema<"Reason">;

/**
 * What a call was refused or failed with. The server's codes are stable; the reader's sentence for
 * each stands in `i18n/<lang>/problems.json`.
 */
export class Problem extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    /** The server's own words, in English; they name the value, right or thing that is meant. */
    readonly detail: string,
    readonly requestId: string | undefined = undefined,
    /** When another try makes sense, in milliseconds of this computer's clock. */
    readonly retryAt: number | undefined = undefined,
    /** The rules that a refused password breaks. */
    readonly reasons: readonly Reason[] = [],
  ) {
    super(`${code}: ${detail}`);
    this.name = "Problem";
  }
}

/** The code for a server that does not answer; it comes from here, never from a server. */
export const UNREACHABLE = "unreachable";

const ENDED = new Set(["credentials-missing", "token-invalid", "station-mismatch"]);

/** Whether the problem says that nobody is logged on here any more. */
export const isSessionOver = (problem: unknown): boolean =>
  problem instanceof Problem && ENDED.has(problem.code);

/** Whether the same call may succeed in a moment, without anybody's doing. */
export const isPassing = (problem: unknown): boolean =>
  problem instanceof Problem && (problem.code === UNREACHABLE || problem.code === "busy");

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Reads a refusal. What is not the server's own shape comes from something in between. */
export function problemOf(answer: Response, body: unknown, now: number): Problem {
  const told = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const seconds = Number(answer.headers.get("retry-after") ?? Number.NaN);
  return new Problem(
    text(told.code) || (answer.status >= 502 ? UNREACHABLE : "internal"),
    answer.status,
    text(told.detail),
    text(told.request_id) || (answer.headers.get("x-request-id") ?? undefined),
    Number.isFinite(seconds) ? now + seconds * 1000 : undefined,
    Array.isArray(told.reasons) ? (told.reasons as Reason[]) : [],
  );
}

/** Any error as a problem: what is none of ours is a mistake of the page. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const said = error instanceof Error ? error.message : String(error);
  // The browsers' words for a part of the page that could not be fetched.
  if (/dynamically imported module|importing a module|preload css/i.test(said)) {
    return new Problem(UNREACHABLE, 0, said);
  }
  return new Problem("page-mistake", 0, said);
}
