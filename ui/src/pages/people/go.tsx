/** Ways between the pages of the administration. */
import { Link, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { pagesFor, useAccess } from "../../app/access";

const PATHS = {
  users: "/admin/users/{-$id}",
  groups: "/admin/groups/{-$id}",
  roles: "/admin/roles/{-$id}",
  assignments: "/admin/assignments/{-$id}",
  areas: "/admin/areas",
  stations: "/admin/stations",
  applications: "/admin/applications",
  sessions: "/admin/sessions",
  directories: "/admin/directories/{-$id}",
  "signature-policies": "/admin/signature-policies/{-$id}",
  signatures: "/admin/signatures/{-$id}",
  explain: "/admin/explain",
  events: "/admin/events",
} as const;

export type To = keyof typeof PATHS;
export type Search = Record<string, string | undefined>;

export interface PageLinkProps {
  to: To;
  id?: string | undefined;
  /** The parameters there; without it those of the present address stay. */
  search?: Search;
  className?: string;
  /** The class for who may not open it. */
  plainClassName?: string;
  children: ReactNode;
}

const options = (to: To, id: string | undefined, search: Search | undefined): { to: string } =>
  // The addresses come from a table, so the router cannot know their parameters.
  ({ to: PATHS[to], params: { id }, search: search ?? true }) as { to: string };

/** A link to a page; plain text for who may not open it. */
export function PageLink({ to, id, search, className, plainClassName, children }: PageLinkProps) {
  const open = useMayOpen();
  if (!open(to)) return <span className={plainClassName}>{children}</span>;
  return (
    <Link {...options(to, id, search)} className={className ?? "p-link"}>
      {children}
    </Link>
  );
}

/** Whether the reader may open a page, and whether there is one. */
export function useMayOpen(): (to: To) => boolean {
  const pages = pagesFor(useAccess());
  return (to) => pages.some((page) => page.name === to);
}

/** Goes to a page. */
export function useGo(): (to: To, id?: string, search?: Search) => void {
  const navigate = useNavigate();
  return (to, id, search) => void navigate(options(to, id, search));
}
