/** Saves the changes of the matrix, role by role; nobody else's change is lost by it. */
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { api, call } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { applied, type Changes, countOf, heldBy, NO_CHANGES, remaining, turned, without } from "./changes";
import { type Role, rolesQuery } from "./data";

/** A role that somebody else changed after the matrix was read. */
export interface Meeting {
  base: Role;
  theirs: Role;
  mine: ReadonlyMap<string, boolean>;
}

export interface Saving {
  /** The roles as the changes are based on them. */
  roles: readonly Role[];
  changes: Changes;
  turn: (role: string, right: string) => void;
  /** How many roles are saved and how many there are; `null` while nothing is under way. */
  progress: { done: number; all: number } | null;
  failed: { role: Role; problem: Problem } | null;
  meeting: Meeting | null;
  save: () => Promise<void>;
  reset: () => void;
  /** Goes on with what is there: my changes on top of theirs, or without mine in this role. */
  resolve: (keepMine: boolean) => Promise<void>;
  dismiss: () => void;
}

const put = (role: Role, of: ReadonlyMap<string, boolean>): Promise<Role> => {
  const { name, description, idle_seconds = null, session_seconds = null, version } = role;
  return call(
    api.PUT("/api/v1/roles/{id}", {
      params: { path: { id: role.id } },
      body: { name, description, idle_seconds, session_seconds, version, rights: applied(role.rights, of) },
    }),
  );
};

const read = (id: string): Promise<Role> => call(api.GET("/api/v1/roles/{id}", { params: { path: { id } } }));

const replaced = (roles: readonly Role[], role: Role): Role[] =>
  roles.map((one) => (one.id === role.id ? role : one));

export function useSaving(stored: readonly Role[]): Saving {
  const client = useQueryClient();
  const [changes, setChanges] = useState(NO_CHANGES);
  const [progress, setProgress] = useState<Saving["progress"]>(null);
  const [failed, setFailed] = useState<Saving["failed"]>(null);
  const [meeting, setMeeting] = useState<Meeting | null>(null);
  // What the changes are based on: a refresh in the background must not move it unseen.
  const base = useRef(stored);
  if (countOf(changes) === 0 && progress === null) base.current = stored;

  const know = (role: Role): void => {
    base.current = replaced(base.current, role);
    client.setQueryData<Role[]>(rolesQuery.queryKey, (all) => all && replaced(all, role));
    client.setQueryData(["roles", role.id], role);
  };

  /** Saves one role; says whether to go on with the next. */
  const one = async (role: Role, of: ReadonlyMap<string, boolean>): Promise<boolean> => {
    try {
      know(await put(role, of));
      return true;
    } catch (error) {
      const problem = asProblem(error);
      const theirs = problem.code === "changed-meanwhile" ? await read(role.id).catch(() => null) : null;
      if (theirs === null) setFailed({ role, problem });
      else setMeeting({ base: role, theirs, mine: of });
      return false;
    }
  };

  const saveAll = async (wanted: Changes): Promise<void> => {
    setFailed(null);
    let left = wanted;
    const all = wanted.size;
    for (const [id, of] of wanted) {
      setProgress({ done: all - left.size, all });
      const role = base.current.find((each) => each.id === id);
      if (role !== undefined && !(await one(role, of))) break;
      left = without(left, id);
      setChanges(left);
    }
    setProgress(null);
    void client.invalidateQueries({ queryKey: ["roles"] });
  };

  return {
    roles: base.current,
    changes,
    progress,
    failed,
    meeting,
    turn: (role, right) => {
      if (progress === null) setChanges((now) => turned(heldBy(base.current), now, role, right));
    },
    save: () => saveAll(changes),
    reset: () => {
      setChanges(NO_CHANGES);
      setFailed(null);
    },
    resolve: async (keepMine) => {
      if (meeting === null) return;
      setMeeting(null);
      know(meeting.theirs);
      const kept = keepMine ? changes : without(changes, meeting.theirs.id);
      const left = remaining(heldBy(base.current), kept);
      setChanges(left);
      await saveAll(left);
    },
    dismiss: () => setMeeting(null),
  };
}
