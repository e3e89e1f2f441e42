/** Runs a test of a directory and tells each step as it comes. */
import { useEffect, useRef, useState } from "react";
import { api, call } from "../../api/client";
import { linesOf } from "../../api/lines";
import { lost } from "../../api/link";
import { asProblem, Problem, UNREACHABLE } from "../../api/problem";
import { same } from "../../parts/edit";
import type { Directory } from "./data";
import { type DirectoryForm, formOf, triedOf, wayOf } from "./form";
import { ended, heardLine, type TestLine, type TestShown } from "./test-lines";

/** A probe looks at each side of each server, also at what must not work; only at what is stored. */
export type Depth = "test" | "probe";

export interface Testing {
  shown: TestShown;
  running: boolean;
  problem: Problem | null;
  /** What was tested; nothing was yet. */
  of: DirectoryForm | null;
  begin: (form: DirectoryForm, depth?: Depth) => void;
  stop: () => void;
}

const asLines = { headers: { accept: "application/x-ndjson" }, parseAs: "stream" } as const;

/** As it is stored, it is tested with what is stored; else with what stands in the form. */
async function ask(form: DirectoryForm, depth: Depth, directory: Directory | undefined, signal: AbortSignal) {
  const id = directory?.id;
  if (id !== undefined && depth === "probe")
    return call(api.POST("/api/v1/directories/{id}/probe", { params: { path: { id } }, ...asLines, signal }));
  if (directory !== undefined && id !== undefined && same(triedOf(form), triedOf(formOf(directory))))
    return call(api.POST("/api/v1/directories/{id}/test", { params: { path: { id } }, ...asLines, signal }));
  const body = {
    ...wayOf(form),
    ...(id === undefined ? {} : { directory: id }),
    ...(form.kind === "os" || form.password === "" ? {} : { service_password: form.password }),
  };
  return call(api.POST("/api/v1/directories/test", { body, ...asLines, signal }));
}

/** `directory`: the stored one whose change is tested. */
export function useTest(directory?: Directory): Testing {
  const [shown, setShown] = useState<TestShown>({ rows: [] });
  const [of, setOf] = useState<DirectoryForm | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [running, setRunning] = useState(false);
  const going = useRef<AbortController | null>(null);
  // Whoever leaves the page ends the test; the server hears of it.
  useEffect(() => () => going.current?.abort(), []);

  const run = async (form: DirectoryForm, depth: Depth, signal: AbortSignal): Promise<void> => {
    let last: TestLine | undefined;
    for await (const line of linesOf<TestLine>(await ask(form, depth, directory, signal))) {
      last = line;
      setShown((before) => heardLine(before, line));
    }
    if (last?.told === "problem") throw new Problem(last.code, 0, last.detail);
    if (last?.told !== "end") {
      lost();
      throw new Problem(UNREACHABLE, 0, "The test broke off.");
    }
  };

  const begin = (form: DirectoryForm, depth: Depth = "test"): void => {
    going.current?.abort();
    const mine = new AbortController();
    going.current = mine;
    setShown({ rows: [] });
    setProblem(null);
    setOf(form);
    setRunning(true);
    run(form, depth, mine.signal)
      .catch((error: unknown) => {
        if (mine.signal.aborted) return;
        setProblem(
          error instanceof TypeError ? new Problem(UNREACHABLE, 0, String(error)) : asProblem(error),
        );
      })
      .finally(() => {
        if (going.current !== mine) return;
        setShown(ended);
        setRunning(false);
      });
  };

  return { shown, running, problem, of, begin, stop: () => going.current?.abort() };
}
