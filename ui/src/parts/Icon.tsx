import { defineCustomElement } from "@siemens/ix-icons/components/ix-icon.js";
import { createElement } from "react";

// The element alone: iX's React package would bring its menu and header into the first load.
defineCustomElement();

export interface IconProps {
  /** An icon of `@siemens/ix-icons/icons`. */
  icon: string;
  size?: "16" | "24" | "32";
}

/** A picture beside a text; screen readers pass over it. */
export const Icon = ({ icon, size = "24" }: IconProps) =>
  createElement("ix-icon", { name: icon, size, "aria-hidden": "true" });
