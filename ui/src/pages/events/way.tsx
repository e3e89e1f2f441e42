/** From an event to what it is about. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { pagesFor, useAccess } from "../../app/access";

/** The page of each kind of thing; of those in `SINGLE` one thing has an address of its own. */
const PAGES: Record<string, string> = {
  user: "users",
  group: "groups",
  role: "roles",
  assignment: "assignments",
  area: "areas",
  station: "stations",
  application: "applications",
  session: "sessions",
  directory: "directories",
  "signature-policy": "signature-policies",
  "signature-request": "signatures",
  events: "events",
  explain: "explain",
};

export interface WayProps {
  kind: string;
  id?: string | undefined;
  search?: Record<string, string>;
  className?: string;
  children: ReactNode;
}

/** A link to a thing's page; plain text where there is none that the reader may open. */
export function Way({ kind, id, search, className, children }: WayProps) {
  const access = useAccess();
  const page = pagesFor(access).find(({ name }) => name === PAGES[kind]);
  if (page === undefined) return <span className={className}>{children}</span>;
  const own = page.path.endsWith("/{-$id}");
  const params = own ? { id } : {};
  const wanted = own || id === undefined || id === "" ? (search ?? {}) : { id, ...search };
  // The addresses come from a table, so the router cannot know their parameters.
  const options = { to: page.path, params, search: wanted } as unknown as { to: string };
  return (
    <Link {...options} className={className ?? "way"}>
      {children}
    </Link>
  );
}
