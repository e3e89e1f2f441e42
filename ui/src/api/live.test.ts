import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { currentLink, heard } from "./link";
import { type Leased, listen } from "./live";

/** A stream that the test speaks through; only what the listener uses of it. */
class Stream extends EventTarget {
  static all: Stream[] = [];
  closed = false;
  constructor() {
    super();
    Stream.all.push(this);
  }
  close(): void {
    this.closed = true;
  }
  tell(event: string, data: unknown): void {
    this.dispatchEvent(new MessageEvent(event, { data: JSON.stringify(data) }));
  }
}

const last = (): Stream => Stream.all[Stream.all.length - 1] as Stream;

function listening(goesOn = true) {
  const calls = { told: vi.fn(), ended: vi.fn(), expired: vi.fn() };
  const stop = listen<Leased>({
    path: "/stream",
    event: "session",
    ...calls,
    goesOn: async () => goesOn,
    open: () => new Stream() as unknown as EventSource,
  });
  return { ...calls, stop };
}

beforeEach(() => {
  vi.useFakeTimers();
  Stream.all = [];
  heard();
});
afterEach(() => vi.useRealTimers());

it("hands on each message and says that the server was heard", () => {
  const { told, stop } = listening();
  last().tell("session", { lease: { seconds: 10 } });
  expect(told).toHaveBeenCalledTimes(1);
  expect(currentLink().lost).toBe(false);
  stop();
});

it("believes a message for its lease and not longer", async () => {
  const { expired, stop } = listening();
  last().tell("session", { lease: { seconds: 3 } });
  await vi.advanceTimersByTimeAsync(2_900);
  expect(expired).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(200);
  expect(expired).toHaveBeenCalledTimes(1);
  expect(currentLink().lost).toBe(true);
  stop();
});

it("says at once that the link is lost, and mends it by itself", async () => {
  const { told, ended, stop } = listening();
  last().dispatchEvent(new Event("error"));
  expect(currentLink().lost).toBe(true);
  await vi.advanceTimersByTimeAsync(600);
  expect(Stream.all).toHaveLength(2);
  last().tell("session", { lease: { seconds: 10 } });
  expect(told).toHaveBeenCalledTimes(1);
  expect(currentLink().lost).toBe(false);
  expect(ended).not.toHaveBeenCalled();
  stop();
});

it("does not come back to a session that is over", async () => {
  const { ended } = listening(false);
  last().dispatchEvent(new Event("error"));
  await vi.advanceTimersByTimeAsync(600);
  expect(ended).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(Stream.all).toHaveLength(1);
});

it("is silent once it was stopped", async () => {
  const { told, expired, ended, stop } = listening();
  stop();
  last().tell("session", { lease: { seconds: 1 } });
  last().tell("ended", {});
  await vi.advanceTimersByTimeAsync(60_000);
  expect([told, expired, ended].flatMap((call) => call.mock.calls)).toEqual([]);
  expect(last().closed).toBe(true);
});

it("is over when the server says so", () => {
  const { ended } = listening();
  last().tell("ended", {});
  expect(ended).toHaveBeenCalledTimes(1);
  expect(last().closed).toBe(true);
});

it("passes over what is no message", () => {
  const { told, stop } = listening();
  last().dispatchEvent(new MessageEvent("session", { data: "<html>" }));
  expect(told).not.toHaveBeenCalled();
  stop();
});
