/** A test or a probe of a directory as its lines come in: what is done, what runs, what waits. */
import type { Schema } from "../../api/client";

export type TestLine = Schema<"TestLine">;

export interface StepRow {
  server: string;
  step: string;
  /** `left-out`: it depends on one that is bad, or cannot be asked of this server. */
  state: "waiting" | "running" | "good" | "doubtful" | "bad" | "left-out";
  millis?: number;
  /** What was found; it has no words unless `said` tells it too. */
  detail?: string;
  said?: Schema<"Said">;
  code?: string;
  /** What is particular to this fault. */
  particular?: string;
}

export interface TestShown {
  rows: readonly StepRow[];
  /** How it ended. */
  good?: boolean;
}

/** These stop nothing: the rest can be tried without them. */
const HARMLESS = new Set([
  "signing",
  "site",
  "clock",
  "account-rights",
  "account-password",
  "account-states",
  "channel-binding",
]);
/** A refused service account is tried at no other server, so that it is not locked. */
const ACCOUNT = "account";
/** Each side of a certificate is told, whatever is wrong with another. */
const CERTIFICATE = "certificate-";

type Step = Extract<TestLine, { told: "step" }>;

const done = ({ server, step, good, warning, millis, detail, said, code, particular }: Step): StepRow => ({
  server,
  step,
  state: good ? (warning ? "doubtful" : "good") : "bad",
  millis,
  ...(good && !warning ? { detail } : {}),
  ...(said ? { said } : {}),
  ...(code ? { code } : {}),
  ...(particular ? { particular } : {}),
});

/** Whether a bad step means that a row is not tried any more. */
const stops = (bad: Step, row: StepRow): boolean =>
  row.state === "waiting" &&
  !HARMLESS.has(bad.step) &&
  !(bad.step.startsWith(CERTIFICATE) && row.step.startsWith(CERTIFICATE)) &&
  (bad.step === ACCOUNT || row.server === bad.server);

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
  if (at < 0) waiting.push(done(told));
  const rows = waiting.map((row, i): StepRow => {
    if (i === at) return done(told);
    if (row.server !== told.server) return row;
    // They come in their order: what was passed over is not asked any more.
    if (i < at && row.state === "waiting") return { ...row, state: "left-out" };
    // What was bad stopped nothing: where sealing is wanted, no certificate is needed.
    return i > at && row.state === "left-out" ? { ...row, state: "waiting" } : row;
  });
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
