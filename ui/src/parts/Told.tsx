import { iconError, iconInfo, iconSuccess, iconWarning } from "@siemens/ix-icons/icons";
import { IxIcon } from "@siemens/ix-react";
import type { ReactNode } from "react";

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
      <IxIcon name={ICONS[kind]} size="24" aria-hidden="true" />
      <div>{children}</div>
    </div>
  );
}
