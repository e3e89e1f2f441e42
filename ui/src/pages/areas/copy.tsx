import { iconCopy } from "@siemens/ix-icons/icons";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../parts";

/** A text to be taken along: shown, and copied by a button; selected by hand where that is not allowed. */
export function Copied({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation("areas");
  const shown = useRef<HTMLElement>(null);
  const [told, setTold] = useState("");
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setTold(t("copied"));
    } catch {
      const range = document.createRange();
      if (shown.current !== null) range.selectNodeContents(shown.current);
      getSelection()?.removeAllRanges();
      getSelection()?.addRange(range);
      setTold(t("copyByHand"));
    }
  };
  return (
    <span className="copied">
      <code className="code" ref={shown}>
        {text}
      </code>
      <Button
        kind="tertiary"
        icon={iconCopy}
        aria-label={t("copy", { what: label })}
        onClick={() => void copy()}
      />
      <span className="small soft" role="status">
        {told}
      </span>
    </span>
  );
}
