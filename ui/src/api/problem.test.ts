import { describe, expect, it } from "vitest";
import { asProblem, isSessionOver, Problem, problemOf, UNREACHABLE } from "./problem";

const answer = (status: number, headers: Record<string, string> = {}) =>
  new Response(null, { status, headers });

describe("a refusal", () => {
  it("keeps code, words and number of the server", () => {
    const told = { status: 401, code: "credentials-refused", detail: "No.", request_id: "5f-1" };
    expect(problemOf(answer(401), told, 0)).toMatchObject({
      code: "credentials-refused",
      status: 401,
      detail: "No.",
      requestId: "5f-1",
      retryAt: undefined,
    });
  });

  it("tells when the next try makes sense", () => {
    const problem = problemOf(answer(429, { "retry-after": "7" }), { code: "tried-too-often" }, 1000);
    expect(problem.retryAt).toBe(8000);
  });

  it("that no server of ours wrote is not taken for one", () => {
    expect(problemOf(answer(502), "<html>", 0).code).toBe(UNREACHABLE);
    expect(problemOf(answer(418), null, 0).code).toBe("internal");
    expect(problemOf(answer(400), { code: 7, detail: {} }, 0)).toMatchObject({
      code: "internal",
      detail: "",
    });
  });

  it("of a token says that the session is over, of a right does not", () => {
    expect(isSessionOver(new Problem("token-invalid", 401, ""))).toBe(true);
    expect(isSessionOver(new Problem("not-allowed", 403, ""))).toBe(false);
    expect(isSessionOver(new Error("token-invalid"))).toBe(false);
  });
});

it("a part of the page that cannot be fetched says that the server does not answer", () => {
  expect(asProblem(new TypeError("Failed to fetch dynamically imported module: /x.js")).code).toBe(
    UNREACHABLE,
  );
  expect(asProblem(new Error("Unable to preload CSS for /x.css")).code).toBe(UNREACHABLE);
  expect(asProblem(new TypeError("undefined is no function")).code).toBe("page-mistake");
});
