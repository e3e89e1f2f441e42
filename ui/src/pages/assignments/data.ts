/** Assignments as the server has them, and as they stand in the form. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, call, type Schema } from "../../api/client";
import { logOnOptions } from "../../api/session";
import { everyPage, pageQuery } from "../areas/data";
import { covered, isWhole, lengthOf, MOST_SPANS, type Span, written } from "./week";

export type Assignment = Schema<"Assignment">;
export type Named = Schema<"Named">;

/** Every assignment: the API neither searches nor sorts them by name. */
export const assignmentsQuery = queryOptions({
  queryKey: ["assignments", "every"],
  queryFn: ({ signal }): Promise<Assignment[]> =>
    everyPage((after) =>
      call(api.GET("/api/v1/assignments", { params: { query: pageQuery("", after, 500) }, signal })),
    ),
});

export const showAssignment = (id: string, signal?: AbortSignal): Promise<Assignment> =>
  call(api.GET("/api/v1/assignments/{id}", { params: { path: { id } }, signal: signal ?? null }));

/** The name of the time zone whose clock schedules follow; empty while it is not known. */
export const usePlantZone = (): string =>
  useQuery({ ...logOnOptions, refetchInterval: false, staleTime: Number.POSITIVE_INFINITY }).data
    ?.time_zone ?? "";

export const STRENGTHS = ["weak", "single", "strong"] as const;

/** Where, when and how strongly a role counts, as it stands in the form. */
export interface Form {
  areas: Named[];
  /** `null` is any, and none. */
  stations: Named[] | null;
  /** `null` is always. */
  schedule: Span[] | null;
  /** As the field has it: `2026-05-04T06:00` by this computer's clock, or nothing. */
  from: string;
  until: string;
  /** Empty where none is asked for. */
  strength: string;
}

export const EMPTY: Form = { areas: [], stations: null, schedule: null, from: "", until: "", strength: "" };

/** Things in an order that depends on nothing but them, so that the same choice is the same form. */
export const inOrder = (things: readonly Named[]): Named[] =>
  things.toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));

export const formOf = (one: Assignment): Form => ({
  areas: inOrder(one.areas),
  stations: one.stations.length === 0 ? null : inOrder(one.stations),
  schedule: one.schedule ?? null,
  from: fieldOf(one.from),
  until: fieldOf(one.until),
  strength: one.strength ?? "",
});

/** What the API takes; a moment that was not touched keeps its seconds. */
export const toApi = (form: Form, stored?: Assignment) => ({
  areas: form.areas.map((one) => one.id),
  stations: (form.stations ?? []).map((one) => one.id),
  schedule: form.schedule === null || isWhole(covered(form.schedule)) ? null : form.schedule.map(written),
  from: momentOf(form.from, stored?.from),
  until: momentOf(form.until, stored?.until),
  strength: form.strength === "" ? null : form.strength,
});

const two = (value: number): string => String(value).padStart(2, "0");

/** A moment by this computer's clock, as a field for day and time has it. */
export function fieldOf(moment: string | null | undefined): string {
  const at = new Date(moment ?? "");
  if (Number.isNaN(at.getTime())) return "";
  const day = `${String(at.getFullYear()).padStart(4, "0")}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

function momentOf(field: string, stored: string | null | undefined): string | null {
  if (stored && fieldOf(stored) === field) return stored;
  const at = new Date(field);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

/** What cannot be saved so. */
export interface Wrong {
  areas: boolean;
  stations: boolean;
  schedule: boolean;
  until: boolean;
}

export const wrongOf = (form: Form): Wrong => ({
  areas: form.areas.length === 0,
  stations: form.stations?.length === 0,
  schedule: form.schedule !== null && !fits(form.schedule),
  until: form.from !== "" && form.until !== "" && form.until <= form.from,
});

const fits = (spans: readonly Span[]): boolean =>
  spans.length > 0 && spans.length <= MOST_SPANS && spans.every((span) => lengthOf(span) !== undefined);

export const isValid = (form: Form): boolean => !Object.values(wrongOf(form)).some(Boolean);
