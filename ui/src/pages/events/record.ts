/** The record of an event. It is read as what may come from any version: what is not there is not there. */
import type { Schema } from "../../api/client";

export type LoggedEvent = Schema<"LoggedEvent">;

export interface Named {
  id: string;
  name: string;
}

export interface Subject extends Named {
  /** `user`, `group`, `role`, `session`, ... */
  kind: string;
}

export interface Actor {
  /** `person`, `claimed`, `application`, `server`, `owner`, `stranger`. */
  kind: string;
  name: string;
  /** The identity of the user or of the application. */
  id: string;
  directory: string;
}

export interface Recorded {
  id: string;
  node: string;
  type: string;
  category: string;
  severity: string;
  result: string;
  who: Actor;
  what: Subject | undefined;
  station: Named | undefined;
  application: Named | undefined;
  area: Named | undefined;
  old: unknown;
  new: unknown;
  code: string;
  reason: string;
  request: string;
  /** Minutes that the plant's clock was ahead of UTC. */
  zone: number | undefined;
  /** Microseconds since the server started. */
  monotonic: number | undefined;
}

type Fields = Record<string, unknown>;

const fields = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const number = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);

function named(value: unknown): Subject | undefined {
  const { id, name, kind } = fields(value);
  return value === undefined || value === null
    ? undefined
    : { id: text(id), name: text(name), kind: text(kind) };
}

function actor(value: unknown): Actor {
  const { kind, name, user, id, directory } = fields(value);
  return { kind: text(kind), name: text(name), id: text(user) || text(id), directory: text(directory) };
}

/** The record of an event; none where it was purged after its retention. */
export function recordOf(event: LoggedEvent): Recorded | undefined {
  if (event.record === undefined || event.record === null) return undefined;
  const record = fields(event.record);
  return {
    id: text(record.id),
    node: text(record.node),
    type: text(record.type),
    category: text(record.category),
    severity: text(record.severity),
    result: text(record.result),
    who: actor(record.who),
    what: named(record.what),
    station: named(record.station),
    application: named(record.application),
    area: named(record.area),
    old: record.old,
    new: record.new,
    code: text(record.code),
    reason: text(record.reason),
    request: text(record.request),
    zone: number(record.zone),
    monotonic: number(record.monotonic),
  };
}
