import { describe, expect, it } from "vitest";
import { ended, heardLine, type TestLine, type TestShown } from "./test-lines";

const STEPS = ["resolve", "clock", "account", "search"];
const plan: TestLine = { told: "plan", servers: ["a", "b"], steps: STEPS };
const step = (server: string, name: string, code?: string): TestLine => ({
  told: "step",
  server,
  step: name,
  good: code === undefined,
  detail: "found",
  millis: 3,
  ...(code === undefined ? {} : { code }),
});

const heard = (...lines: TestLine[]): TestShown =>
  lines.reduce<TestShown>((test, line) => heardLine(test, line), { rows: [] });

const states = (test: TestShown, server: string): string[] =>
  test.rows.filter((row) => row.server === server).map((row) => row.state);

describe("a test that goes on", () => {
  it("shows what runs and what waits from its first line", () => {
    expect(states(heard(plan), "a")).toEqual(["running", "waiting", "waiting", "waiting"]);
    expect(states(heard(plan), "b")).toEqual(["waiting", "waiting", "waiting", "waiting"]);
  });

  it("runs the next step when one is good", () => {
    expect(states(heard(plan, step("a", "resolve")), "a")).toEqual(["good", "running", "waiting", "waiting"]);
  });

  it("goes on behind a wrong clock", () => {
    const test = heard(plan, step("a", "resolve"), step("a", "clock", "clock-skew"));
    expect(states(test, "a")).toEqual(["good", "bad", "running", "waiting"]);
  });

  it("leaves the rest of a server out behind a bad step and tries the next server", () => {
    const test = heard(plan, step("a", "resolve", "name-not-resolved"));
    expect(states(test, "a")).toEqual(["bad", "left-out", "left-out", "left-out"]);
    expect(states(test, "b")[0]).toBe("running");
  });

  it("leaves every server out behind a refused service account", () => {
    const lines = ["resolve", "clock"].map((name) => step("a", name));
    const test = heard(plan, ...lines, step("a", "account", "service-account-refused"));
    expect(states(test, "b")).toEqual(["left-out", "left-out", "left-out", "left-out"]);
  });

  it("tells a doubtful step from a good one", () => {
    const told: TestLine = { ...step("a", "resolve"), warning: true } as TestLine;
    expect(states(heard(plan, told), "a")[0]).toBe("doubtful");
  });

  it("leaves out what was passed over", () => {
    expect(states(heard(plan, step("a", "resolve"), step("a", "account")), "a")).toEqual([
      "good",
      "left-out",
      "good",
      "running",
    ]);
  });

  it("tells the other sides of a certificate of which one is bad", () => {
    const sides = ["certificate-name", "certificate-dates", "way"];
    const test = heard(
      { told: "plan", servers: ["a"], steps: sides },
      step("a", "certificate-name", "certificate-wrong-name"),
    );
    expect(states(test, "a")).toEqual(["bad", "running", "left-out"]);
  });

  it("goes on behind a wrong certificate where none is needed", () => {
    const steps = ["certificate-chain", "way", "directory"];
    const bad = step("a", "certificate-chain", "certificate-unknown-issuer");
    const first = heard({ told: "plan", servers: ["a"], steps }, bad);
    expect(states(first, "a")).toEqual(["bad", "left-out", "left-out"]);
    expect(states(heardLine(first, step("a", "way")), "a")).toEqual(["bad", "good", "running"]);
  });

  it("keeps the sentence of what was found", () => {
    const said = { key: "never-ends", with: {} };
    const told = { ...step("a", "resolve"), said } as TestLine;
    expect(heard(plan, told).rows[0]).toMatchObject({ said });
  });

  it("shows a step that was not planned", () => {
    const test = heard(plan, step("a", "settings", "value-invalid"));
    expect(test.rows.at(-1)).toMatchObject({ step: "settings", state: "bad", code: "value-invalid" });
  });

  it("waits for nothing when it has ended or broken off", () => {
    const test = heard(plan, step("a", "resolve"), { told: "end", good: false });
    expect(test.good).toBe(false);
    expect(states(test, "a")).toEqual(["good", "left-out", "left-out", "left-out"]);
    expect(states(ended(heard(plan)), "b")).not.toContain("waiting");
  });
});
