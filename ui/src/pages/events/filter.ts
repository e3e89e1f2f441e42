/** Which events are shown. All of it stands in the address, in the words of the API. */
import type { Params } from "../../parts/address";

/** The parameters that choose events. */
export const FILTERS = [
  "text",
  "type",
  "category",
  "result",
  "user",
  "station",
  "application",
  "from",
  "to",
] as const;
export type FilterName = (typeof FILTERS)[number];
export type Filter = Partial<Record<FilterName, string>>;

/** The server takes texts of so many characters. */
const LONGEST = 256;

const isTime = (text: string): boolean => !Number.isNaN(Date.parse(text));

/** The filter that an address asks for; times that are none do not count. */
export function filterOf(params: Params): Filter {
  const filter: Filter = {};
  for (const name of FILTERS) {
    const value = params[name];
    if (value === undefined || value === "") continue;
    if ((name === "from" || name === "to") && !isTime(value)) continue;
    filter[name] = [...value].slice(0, LONGEST * 16).join("");
  }
  for (const name of ["text", "user", "station", "application"] as const) {
    const value = filter[name];
    if (value !== undefined) filter[name] = [...value].slice(0, LONGEST).join("");
  }
  return filter;
}

/** The changes of an address that choose all events again. */
export const NONE: Params = Object.fromEntries([...FILTERS, "before"].map((name) => [name, undefined]));

/** A number of an event in the address. */
export function sequenceOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,15}$/.test(text)) return undefined;
  return Number(text);
}

/** Words with commas between. */
export const wordsOf = (text: string | undefined): string[] =>
  (text ?? "").split(",").filter((word) => word !== "");

const two = (value: number): string => String(value).padStart(2, "0");

/** A moment as the browser's own field for it writes it, in the computer's time zone. */
export function toField(time: string | undefined): string {
  const at = new Date(time ?? "");
  if (Number.isNaN(at.getTime())) return "";
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}`;
  return at.getSeconds() === 0 ? `${day}T${clock}` : `${day}T${clock}:${two(at.getSeconds())}`;
}

/** What stands in such a field as a moment of the API. */
export function fromField(text: string): string | undefined {
  const at = new Date(text);
  return text === "" || Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
