import type { ReactElement } from "react";
import { PATHS } from "./icon-paths";

export function KeyIcon({ name }: { name: string }): ReactElement {
  return (
    <svg className="tk-icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name] ?? ""} />
    </svg>
  );
}

export const hasIcon = (name: string): boolean => name in PATHS;
