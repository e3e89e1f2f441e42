/**
 * The dairy's small process: a tank, a valve, a pasteuriser, a mixer and a filler. It runs in the page
 * alone; the picture shows what an operator would do with it, Pforte says who may.
 */

export interface Process {
  /** Milk in tank 1, in litres. */
  level: number;
  valveOpen: boolean;
  /** In degrees Celsius. */
  temperature: number;
  setpoint: number;
  mixing: boolean;
  /** The filler stops while the interlock holds and nobody overrides it. */
  overridden: boolean;
  /** Bottles that were filled. */
  bottles: number;
  alarm: "none" | "new" | "seen";
  /** What the batch is called; none before the first. */
  number: string;
  batch: "idle" | "running" | "held" | "done" | "released";
}

export type Act =
  | "valve"
  | "warmer"
  | "cooler"
  | "mixer"
  | "acknowledge"
  | "override"
  | "start"
  | "hold"
  | "release";

export const BEGINNING: Process = {
  level: 8_000,
  valveOpen: false,
  temperature: 72,
  setpoint: 72,
  mixing: false,
  overridden: false,
  bottles: 0,
  alarm: "none",
  number: "",
  batch: "idle",
};

export const TANK_LITRES = 10_000;
const LOW_LITRES = 2_000;
const FLOW_LITRES = 60;
const LOWEST_SETPOINT = 60;
const HIGHEST_SETPOINT = 90;
const BATCH_BOTTLES = 60;

/** Milk is filled only while it is hot enough (72 °C for 15 s, short-time pasteurisation). */
export const hotEnough = (process: Process): boolean => process.temperature >= 71.5;

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

/** What the process is after somebody did this; a batch that begins is called by the time of day. */
export function done(process: Process, act: Act, now: Date = new Date()): Process {
  switch (act) {
    case "valve":
      return { ...process, valveOpen: !process.valveOpen };
    case "warmer":
      return { ...process, setpoint: clamp(process.setpoint + 1, LOWEST_SETPOINT, HIGHEST_SETPOINT) };
    case "cooler":
      return { ...process, setpoint: clamp(process.setpoint - 1, LOWEST_SETPOINT, HIGHEST_SETPOINT) };
    case "mixer":
      return { ...process, mixing: !process.mixing };
    case "acknowledge":
      return { ...process, alarm: process.alarm === "new" ? "seen" : process.alarm };
    case "override":
      return { ...process, overridden: !process.overridden };
    case "start":
      return process.batch === "running"
        ? process
        : { ...process, batch: "running", bottles: startOf(process), number: numberOf(process, now) };
    case "hold":
      return process.batch === "running" ? { ...process, batch: "held" } : process;
    case "release":
      return process.batch === "done" ? { ...process, batch: "released" } : process;
  }
}

const startOf = (process: Process): number => (process.batch === "held" ? process.bottles : 0);

const two = (value: number): string => String(value).padStart(2, "0");

/** A batch that was held keeps its number. */
const numberOf = (process: Process, now: Date): string =>
  process.batch === "held"
    ? process.number
    : `L2-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;

/** What the process is half a second later. */
export function later(process: Process): Process {
  const drift = (process.setpoint - process.temperature) * 0.1;
  const temperature = Math.abs(drift) < 0.01 ? process.setpoint : process.temperature + drift;
  const next = { ...process, temperature, level: levelAfter(process) };
  const fills = process.batch === "running" && next.level > 0 && (hotEnough(next) || process.overridden);
  const bottles = fills ? Math.min(process.bottles + 2, BATCH_BOTTLES) : process.bottles;
  const batch = process.batch === "running" && bottles === BATCH_BOTTLES ? "done" : process.batch;
  return { ...next, bottles, batch, alarm: alarmOf(process, next) };
}

function levelAfter(process: Process): number {
  const inward = process.valveOpen ? FLOW_LITRES : 0;
  const outward = process.batch === "running" ? FLOW_LITRES / 2 : 0;
  return clamp(process.level + inward - outward, 0, TANK_LITRES);
}

/** An alarm comes with its cause, stays until it is acknowledged, and goes once the cause is gone. */
function alarmOf(before: Process, now: Process): Process["alarm"] {
  const cause = now.level < LOW_LITRES || now.level >= TANK_LITRES || !hotEnough(now);
  if (cause) return before.alarm === "none" ? "new" : before.alarm;
  return before.alarm === "seen" ? "none" : before.alarm;
}
