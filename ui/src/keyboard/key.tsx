import { memo, type ReactElement } from "react";
import type { KeyFace } from "./face";
import { hasIcon, KeyIcon } from "./icons";

/**
 * One key. It has no handlers: the keyboard listens for all of them, so that a finger on a gap hits the nearest
 * key and a press redraws only what changed.
 */
export const Key = memo(function Key(props: KeyFace): ReactElement {
  const { id, width, name, cap, shifted, altGr, isOn, isIdle = false, isTabStop = false } = props;
  return (
    <button
      type="button"
      className="tk-key"
      data-key={id}
      style={{ flexGrow: width }}
      aria-label={name}
      aria-pressed={isOn}
      disabled={isIdle}
      tabIndex={isTabStop ? 0 : -1}
    >
      <span className="tk-cap" data-shifted={shifted} data-altgr={altGr}>
        {hasIcon(id) && <KeyIcon name={id} />}
        {cap && <span className="tk-main">{cap}</span>}
      </span>
    </button>
  );
});
