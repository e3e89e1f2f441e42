/** Applications as the server has them. */
import { queryOptions } from "@tanstack/react-query";
import { api, call, type Schema } from "../../api/client";
import { asProblem, Problem } from "../../api/problem";
import { same } from "../../parts/edit";
import { actionOf, type NewRight, replaced } from "./rights";

export type Application = Schema<"Application">;

/** The application that is Pforte itself; nobody changes it. */
const OWN = "pforte";

export const isOwn = (application: Application): boolean => application.key === OWN;

export const showApplication = (id: string, signal?: AbortSignal): Promise<Application> =>
  call(api.GET("/api/v1/applications/{id}", { params: { path: { id } }, signal: signal ?? null }));

export const applicationQuery = (id: string) =>
  queryOptions({
    queryKey: ["applications", "one", id],
    queryFn: ({ signal }) => showApplication(id, signal),
  });

/** What people change of an application, besides its rights. */
export const FIELDS = ["name", "enabled", "own_dialog", "areas", "stations"] as const;

const idsOf = (things: readonly { id: string }[]): string[] => things.map(({ id }) => id);

const patch = (value: Application, stored: Application): Promise<Application> =>
  call(
    api.PATCH("/api/v1/applications/{id}", {
      params: { path: { id: stored.id } },
      body: {
        version: stored.version,
        ...(value.name === stored.name ? {} : { name: value.name }),
        ...(value.enabled === stored.enabled ? {} : { enabled: value.enabled }),
        ...(value.own_dialog === stored.own_dialog ? {} : { own_dialog: value.own_dialog }),
        ...(same(value.areas, stored.areas) ? {} : { areas: idsOf(value.areas) }),
        ...(same(value.stations, stored.stations) ? {} : { stations: idsOf(value.stations) }),
      },
    }),
  );

const isMeanwhile = (error: unknown): boolean => asProblem(error).code === "changed-meanwhile";

/** Saves what differs. New rights or a new credential meanwhile are nothing that it would overwrite. */
export async function changeApplication(value: Application, stored: Application): Promise<Application> {
  try {
    return await patch(value, stored);
  } catch (error) {
    if (!isMeanwhile(error)) throw error;
    const now = await showApplication(stored.id);
    if (!FIELDS.every((field) => same(now[field], stored[field]))) throw error;
    return patch(value, now);
  }
}

/** So often the rights are read and written anew where others write rights in the same moment. */
const TRIES = 3;

export interface RightChange {
  /** The action of the right. */
  action: string;
  /** The right as it was read; none for a new one. */
  base: NewRight | undefined;
  /** The right as it is wanted; none retires it. */
  wanted: NewRight | undefined;
}

/**
 * Changes one right. The server takes all rights at once, so they are read anew and the others stay as
 * they are now; what somebody else did to this one meanwhile is never overwritten.
 */
export async function changeRight(id: string, change: RightChange): Promise<Application> {
  for (let tries = 1; ; tries += 1) {
    const now = await showApplication(id);
    const there = now.rights.find((right) => actionOf(right) === change.action);
    if (change.base === undefined && there !== undefined) {
      throw new Problem("duplicate", 409, now.name);
    }
    if (change.base !== undefined && !same(change.base.names, there?.names)) {
      throw new Problem("changed-meanwhile", 409, now.name);
    }
    try {
      const rights = replaced(now.rights, change.action, change.wanted);
      return await call(
        api.PUT("/api/v1/applications/{id}/rights", {
          params: { path: { id } },
          body: { version: now.version, rights },
        }),
      );
    } catch (error) {
      if (tries === TRIES || !isMeanwhile(error)) throw error;
    }
  }
}
