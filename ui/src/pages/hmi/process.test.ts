import { expect, test } from "vitest";
import { BEGINNING, done, hotEnough, later, type Process, TANK_LITRES } from "./process";

const after = (process: Process, steps: number): Process =>
  Array.from({ length: steps }).reduce<Process>((now) => later(now), process);

test("an open valve fills the tank to the brim and no further, with an alarm", () => {
  const full = after(done(BEGINNING, "valve"), 100);
  expect(full.level).toBe(TANK_LITRES);
  expect(full.alarm).toBe("new");
});

test("an alarm stays until it is acknowledged and goes once its cause is gone", () => {
  const cold = after({ ...BEGINNING, setpoint: 60 }, 40);
  expect(cold.alarm).toBe("new");
  const warm = after({ ...cold, setpoint: 75 }, 60);
  expect(warm.alarm).toBe("new");
  expect(later(done(warm, "acknowledge")).alarm).toBe("none");
});

test("cold milk is not filled unless the interlock is overridden", () => {
  const cold = after({ ...BEGINNING, temperature: 62, setpoint: 62, batch: "running" }, 10);
  expect(hotEnough(cold)).toBe(false);
  expect(cold.bottles).toBe(0);
  expect(after(done(cold, "override"), 10).bottles).toBe(20);
});

test("only a batch that is done can be released", () => {
  expect(done({ ...BEGINNING, batch: "running" }, "release").batch).toBe("running");
  const ready = after(done(BEGINNING, "start"), 100);
  expect(ready.batch).toBe("done");
  expect(done(ready, "release").batch).toBe("released");
});

test("a held batch goes on where it was", () => {
  const held = done(after(done(BEGINNING, "start"), 5), "hold");
  expect(after(held, 5).bottles).toBe(10);
  expect(done(held, "start").bottles).toBe(10);
});
