import type { ButtonHTMLAttributes, ReactNode } from "react";
import { Icon } from "./Icon";

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** One `primary` a page at most; `danger` for what cannot be taken back. */
  kind?: "primary" | "secondary" | "tertiary" | "danger";
  /** An icon of `@siemens/ix-icons/icons`. */
  icon?: string;
  /** Something is under way; the button waits and says so to screen readers. */
  busy?: boolean;
  children?: ReactNode;
}

/** A button in iX's look, at least 44 px each way. Without text it needs an `aria-label`. */
export function Button({
  kind = "secondary",
  icon,
  busy = false,
  children,
  className = "",
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`button ${kind} ${className}`}
      disabled={rest.disabled === true || busy}
      aria-busy={busy}
    >
      {icon !== undefined && <Icon icon={icon} size="24" />}
      {children}
    </button>
  );
}
