import { memo, type ReactElement } from "react";
import { hasIcon, KeyIcon } from "./icons";

export interface KeyProps {
  id: string;
  width: number;
  /** What is read out: the character, or what the key does in the reader's language. */
  name: string;
  /** What is written on the key, where it has no picture. */
  cap?: string;
  /** What Shift and AltGr give, small in the corners. */
  shifted?: string;
  altGr?: string;
  /** Whether a key that holds a state holds it now. */
  isOn?: boolean;
  isIdle?: boolean;
  isTabStop?: boolean;
}

/**
 * One key. It has no handlers: the keyboard listens for all of them, so that a finger on a gap hits the nearest
 * key and a press redraws only what changed.
 */
export const Key = memo(function Key(props: KeyProps): ReactElement {
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
