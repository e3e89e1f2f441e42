/** The pictures on the keys that type nothing, drawn on 24 by 24: no font of a panel is sure to have them. */
import type { ReactElement } from "react";

const PATHS: Readonly<Record<string, string>> = {
  backspace: "M8 5H21V19H8L2 12ZM11 9.5L16.5 14.5M16.5 9.5L11 14.5",
  delete: "M16 5H3V19H16L22 12ZM7.5 9.5L13 14.5M13 9.5L7.5 14.5",
  tab: "M3 8.5H18M14 5L18 8.5L14 12M21 4V13M21 17H6M10 13.5L6 17L10 20.5M3 12.5V21.5",
  caps: "M12 3L20 11H15.5V16H8.5V11H4ZM8.5 19.5H15.5",
  shift: "M12 4L20.5 12.5H16V20H8V12.5H3.5Z",
  enter: "M20 5V13H5M9.5 8.5L5 13L9.5 17.5",
  left: "M20 12H4M10 6L4 12L10 18",
  right: "M4 12H20M14 6L20 12L14 18",
  home: "M21 12H8M13 7L8 12L13 17M4 5V19",
  end: "M3 12H16M11 7L16 12L11 17M20 5V19",
  close: "M3 4H21V13H3ZM6.5 7H6.6M10 7H10.1M14 7H14.1M17.5 7H17.6M7 10.3H17M8.5 17L12 20.5L15.5 17",
  layout: "M12 3A9 9 0 1 0 12 21A9 9 0 1 0 12 3ZM3 12H21M12 3C7 8 7 16 12 21C17 16 17 8 12 3",
};

export function KeyIcon({ name }: { name: string }): ReactElement {
  return (
    <svg className="tk-icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name] ?? ""} />
    </svg>
  );
}

export const hasIcon = (name: string): boolean => name in PATHS;
