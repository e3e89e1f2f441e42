import { iconClose, iconSearch } from "@siemens/ix-icons/icons";
import { useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./Button";
import { Icon } from "./Icon";

export interface SearchProps {
  label: string;
  value: string;
  /** Called when typing has paused for a moment, and at once on Enter and when it is cleared. */
  onSearch: (text: string) => void;
  pauseMs?: number;
}

/** A search as you type: few questions, none for each letter. */
export function Search({ label, value, onSearch, pauseMs = 250 }: SearchProps) {
  const { t } = useTranslation("parts");
  const id = useId();
  const [typed, setTyped] = useState(value);
  const told = useRef(value);
  const tell = useRef(onSearch);
  tell.current = onSearch;

  // What the address says wins when it was changed elsewhere: back button, a link.
  useEffect(() => {
    if (value !== told.current) {
      told.current = value;
      setTyped(value);
    }
  }, [value]);

  useEffect(() => {
    if (typed === told.current) return;
    const timer = setTimeout(() => {
      told.current = typed;
      tell.current(typed);
    }, pauseMs);
    return () => clearTimeout(timer);
  }, [typed, pauseMs]);

  const now = (text: string): void => {
    told.current = text;
    setTyped(text);
    onSearch(text);
  };
  return (
    <search className="field">
      <label htmlFor={id}>{label}</label>
      <div className="with-button">
        <input
          id={id}
          type="text"
          inputMode="search"
          enterKeyHint="search"
          autoComplete="off"
          spellCheck={false}
          maxLength={256}
          className="control"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            // Within a form it searches and saves nothing.
            event.preventDefault();
            now(typed);
          }}
        />
        {typed === "" ? (
          <span className="search-mark">
            <Icon icon={iconSearch} size="24" />
          </span>
        ) : (
          <Button kind="tertiary" icon={iconClose} aria-label={t("clear")} onClick={() => now("")} />
        )}
      </div>
    </search>
  );
}
