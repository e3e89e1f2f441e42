/**
 * What the one who is logged on may see and do, by the rights of Pforte itself. It decides what is
 * shown; what may be done the server decides again at each call.
 */
import { useSession } from "../api/session";
import { ADMIN_PAGES, type PageAt } from "./pages";

type Thing =
  | "users"
  | "roles"
  | "areas"
  | "stations"
  | "applications"
  | "assignments"
  | "directories"
  | "sessions"
  | "signatures";

/** A right of the application `pforte`. */
export type Right = `${Thing}.read` | `${Thing}.manage` | "events.read" | "explain";

export interface Access {
  /** Whether the rights are known yet. */
  known: boolean;
  may: (right: Right) => boolean;
}

export function accessOf(rights: readonly string[] | undefined): Access {
  const held = new Set(rights);
  return { known: rights !== undefined, may: (right) => held.has(right) || held.has(`pforte/${right}`) };
}

/** The access of the one who is logged on in this browser. */
export const useAccess = (): Access => accessOf(useSession()?.rights ?? undefined);

/** The pages that somebody with this access may open. */
export const pagesFor = (access: Access): readonly PageAt[] =>
  ADMIN_PAGES.filter((page) => page.rights.some(access.may));
