import { type ReactNode, useContext, useId, useLayoutEffect, useRef } from "react";
import { Waiting } from "../api/session";
import { Button } from "./Button";

export interface DialogProps {
  title: string;
  /** Esc, or a click beside the dialog where nothing can be lost by it. */
  onClose: () => void;
  children: ReactNode;
  /** The buttons, the main one last. */
  actions?: ReactNode;
  wide?: boolean;
  /** Whether it interrupts, as a question does. */
  alert?: boolean;
}

/** The browser's own modal dialog: it keeps the focus, gives it back, and closes by Esc. Shown while mounted. */
export function Dialog({ title, onClose, children, actions, wide = false, alert = false }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  // A modal dialog behind the log-on would keep everybody from it.
  const waits = useContext(Waiting) !== null;
  // Before the next key is heard: whoever closes it by Esc goes on where they were.
  useLayoutEffect(() => {
    const shown = dialog.current;
    const before = document.activeElement;
    if (waits) return;
    if (shown !== null && !shown.open) shown.showModal();
    return () => {
      shown?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [waits]);
  return (
    <dialog
      ref={dialog}
      className={wide ? "dialog wide" : "dialog"}
      role={alert ? "alertdialog" : undefined}
      aria-labelledby={id}
      onCancel={(event) => {
        // Esc asks the owner; the browser alone would close it behind React's back.
        event.preventDefault();
        onClose();
      }}
    >
      <div className="stack">
        <h2 id={id}>{title}</h2>
        {children}
        {actions !== undefined && <div className="actions">{actions}</div>}
      </div>
    </dialog>
  );
}

export interface ConfirmProps {
  title: string;
  children?: ReactNode;
  /** What the button does, as a verb: `Remove`, `End session`. */
  yes: string;
  no: string;
  danger?: boolean;
  busy?: boolean;
  onYes: () => void;
  onNo: () => void;
}

/** A question before what cannot be taken back. The harmless answer has the focus. */
export function Confirm({
  title,
  children,
  yes,
  no,
  danger = false,
  busy = false,
  onYes,
  onNo,
}: ConfirmProps) {
  return (
    <Dialog
      title={title}
      alert
      onClose={onNo}
      actions={
        <>
          <Button autoFocus onClick={onNo}>
            {no}
          </Button>
          <Button kind={danger ? "danger" : "primary"} busy={busy} onClick={onYes}>
            {yes}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}
