/** A test of a directory as its lines come in: what is done, what runs, what waits. */
import type { Schema } from "../../api/client";

export type TestLine = Schema<"TestLine">;

export interface StepRow {
  server: string;
  step: string;
  /** `left-out`: it depends on one that is bad. */
  state: "waiting" | "running" | "good" | "bad" | "left-out";
  millis?: number;
  /** What was found. */
  detail?: string;
  code?: string;
  /** What is particular to this fault. */
  particular?: string;
}

export interface TestShown {
  rows: readonly StepRow[];
  /** How it ended. */
  good?: boolean;
}

/** Only this one stops nothing: the rest can be tried with a wrong clock. */
const HARMLESS = "clock";
/** A refused service account is tried at no other server, so that it is not locked. */
const ACCOUNT = "account";

type Step = Extract<TestLine, { told: "step" }>;

const done = ({ server, step, good, millis, detail, code, particular }: Step): StepRow => ({
  server,
  step,
  state: good ? "good" : "bad",
  millis,
  ...(good ? { detail } : {}),
  ...(code ? { code } : {}),
  ...(particular ? { particular } : {}),
});

/** Whether a bad step means that a row is not tried any more. */
const stops = (bad: Step, row: StepRow): boolean =>
  row.state === "waiting" && bad.step !== HARMLESS && (bad.step === ACCOUNT || row.server === bad.server);

/** The first that waits is what the server does now. */
function withRunning(rows: StepRow[]): StepRow[] {
  const next = rows.findIndex((row) => row.state === "waiting");
  return rows.map((row, at) => (at === next ? { ...row, state: "running" } : row));
}

function withStep(before: readonly StepRow[], told: Step): StepRow[] {
  const waiting = before.map(
    (row): StepRow => (row.state === "running" ? { ...row, state: "waiting" } : row),
  );
  const at = waiting.findIndex((row) => row.server === told.server && row.step === told.step);
  const rows = at < 0 ? [...waiting, done(told)] : waiting.map((row, i) => (i === at ? done(told) : row));
  if (told.good) return rows;
  return rows.map((row) => (stops(told, row) ? { ...row, state: "left-out" } : row));
}

/** The test after one more line. */
export function heardLine(test: TestShown, line: TestLine): TestShown {
  switch (line.told) {
    case "plan":
      return {
        rows: withRunning(
          line.servers.flatMap((server) => line.steps.map((step) => ({ server, step, state: "waiting" }))),
        ),
      };
    case "step":
      return { rows: withRunning(withStep(test.rows, line)) };
    default:
      return { ...ended(test), ...(line.told === "end" ? { good: line.good } : {}) };
  }
}

/** Nothing more comes. */
export const ended = (test: TestShown): TestShown => ({
  ...test,
  rows: test.rows.map((row) =>
    row.state === "waiting" || row.state === "running" ? { ...row, state: "left-out" } : row,
  ),
});
