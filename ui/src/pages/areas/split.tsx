/** A list and, beside it or in its place where there is no room for both, what is selected in it. */
import { iconClose } from "@siemens/ix-icons/icons";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../parts";
import "./split.css";

export function Split({ list, detail }: { list: ReactNode; detail: ReactNode }) {
  const open = detail !== null && detail !== undefined && detail !== false;
  return (
    <div className="split-box">
      <div className={open ? "split open" : "split"}>
        <div className="split-list stack">{list}</div>
        {open && detail}
      </div>
    </div>
  );
}

export interface DetailProps {
  title: string;
  subtitle?: string;
  onClose: () => void;
  children: ReactNode;
}

/** What is selected. It takes the focus when it takes the list's place. */
export function Detail({ title, subtitle, onClose, children }: DetailProps) {
  const { t } = useTranslation("app");
  const head = useRef<HTMLHeadingElement>(null);
  const id = useId();
  useEffect(() => {
    const focused = document.activeElement;
    const seen = focused instanceof HTMLElement && focused !== document.body && focused.offsetParent !== null;
    if (!seen) head.current?.focus();
  }, []);
  return (
    <section className="split-detail card stack" aria-labelledby={id}>
      <header className="split-head">
        <div className="grow">
          <h2 ref={head} id={id} tabIndex={-1} className="wrap" dir="auto">
            {title}
          </h2>
          {subtitle !== undefined && <p className="soft small wrap">{subtitle}</p>}
        </div>
        <Button kind="tertiary" icon={iconClose} aria-label={t("close")} onClick={onClose} />
      </header>
      {children}
    </section>
  );
}
