/**
 * The pages by their addresses. A page is a module of `src/pages` with a default export; it is fetched
 * when it is first opened, and what is not there has no address and no place in the menu.
 */
import {
  iconApplications,
  iconBarchart,
  iconCertificate,
  iconDatabase,
  iconHierarchy,
  iconHistoryList,
  iconLockCheck,
  iconPen,
  iconQuestion,
  iconRoles,
  iconScreenPcTower,
  iconUser,
  iconUserCheck,
  iconUserGroup,
} from "@siemens/ix-icons/icons";
import type { ComponentType } from "react";
import type { Right } from "./access";

export interface PageAt {
  /** Its name in the menu: `menu.<name>` of the area `app`. */
  name: string;
  /** The address, as the router writes it; `{-$id}` is what is selected, if anything. */
  path: string;
  /** The address in the menu. */
  to: string;
  /** The module below `src/pages`, without its ending. */
  module: string;
  icon: string;
  /** Any of these rights of Pforte lets one see it. */
  rights: readonly Right[];
}

const page = (name: string, path: string, module: string, icon: string, ...rights: Right[]): PageAt => ({
  name,
  path,
  to: path.replace("/{-$id}", ""),
  module,
  icon,
  rights,
});

/** The pages of the administration, in the order of the menu. */
const PLANNED: readonly PageAt[] = [
  page("overview", "/admin", "overview/index", iconBarchart, "events.read", "sessions.read"),
  page("users", "/admin/users/{-$id}", "people/users", iconUser, "users.read"),
  page("groups", "/admin/groups/{-$id}", "people/groups", iconUserGroup, "users.read"),
  page("roles", "/admin/roles/{-$id}", "roles/index", iconRoles, "roles.read"),
  page("assignments", "/admin/assignments/{-$id}", "assignments/index", iconUserCheck, "assignments.read"),
  page("areas", "/admin/areas", "areas/index", iconHierarchy, "areas.read"),
  page("stations", "/admin/stations", "stations/index", iconScreenPcTower, "stations.read"),
  page("applications", "/admin/applications", "applications/index", iconApplications, "applications.read"),
  page("sessions", "/admin/sessions", "sessions/index", iconLockCheck, "sessions.read"),
  page("directories", "/admin/directories/{-$id}", "directories/index", iconDatabase, "directories.read"),
  page(
    "signature-policies",
    "/admin/signature-policies/{-$id}",
    "signature-policies/index",
    iconCertificate,
    "signatures.read",
  ),
  page("signatures", "/admin/signatures/{-$id}", "signatures/index", iconPen, "signatures.read"),
  page("explain", "/admin/explain", "explain/index", iconQuestion, "explain"),
  page("events", "/admin/events", "events/index", iconHistoryList, "events.read"),
];

type Module = { default: ComponentType };

const modules = import.meta.glob<Module>("../pages/*/{index,users,groups}.tsx");

/** Fetches a page's module; `undefined` where it is not there. */
export const moduleOf = (name: string): (() => Promise<Module>) | undefined =>
  modules[`../pages/${name}.tsx`];

/** The pages of the administration that there are. */
export const ADMIN_PAGES: readonly PageAt[] = PLANNED.filter((at) => moduleOf(at.module) !== undefined);
