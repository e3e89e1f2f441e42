import { iconError, iconInfo, iconSuccess, iconWarning } from "@siemens/ix-icons/icons";
import type { ReactNode } from "react";
import { Icon } from "./Icon";

const ICONS = { info: iconInfo, warning: iconWarning, alarm: iconError, success: iconSuccess };

export interface ToldProps {
  kind?: keyof typeof ICONS;
  /** Says it at once to screen readers: for what the reader did not expect. */
  loud?: boolean;
  children: ReactNode;
}

/** A message within the page. */
export function Told({ kind = "info", loud = false, children }: ToldProps) {
  return (
    <div className={`told ${kind}`} role={loud ? "alert" : "status"}>
      <Icon icon={ICONS[kind]} size="24" />
      <div>{children}</div>
    </div>
  );
}
