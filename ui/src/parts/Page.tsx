import { type ReactNode, useEffect } from "react";

export interface PageProps {
  title: string;
  /** What this page is about, where the title alone does not say it. */
  subtitle?: string;
  /** The page's own buttons, beside the title. */
  actions?: ReactNode;
  /** Fills the height that there is: for a table that scrolls by itself. */
  full?: boolean;
  children: ReactNode;
}

/** A page of the administration: its title (also the window's), its buttons, its content. */
export function Page({ title, subtitle, actions, full = false, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Pforte`;
  }, [title]);
  return (
    <div className={full ? "page full" : "page"}>
      <header className="page-head">
        <div className="grow">
          <h1>{title}</h1>
          {subtitle !== undefined && <p className="soft">{subtitle}</p>}
        </div>
        <div className="page-acts">{actions}</div>
      </header>
      {children}
    </div>
  );
}
