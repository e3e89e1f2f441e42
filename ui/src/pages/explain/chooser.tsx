/** Chooses one of many by typing a part of its name: groups of rights, the tree of areas, stations. */
import { type KeyboardEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog, Empty, Failed, Progress, Search } from "../../parts";

/** So many are shown at once; a plant can have thousands. */
const MOST = 300;

export interface Choice {
  /** What is chosen by it. */
  value: string;
  label: string;
  /** What stands small beside it. */
  also?: string | undefined;
  /** How far it is moved in. */
  level?: number;
  /** A heading above others; it cannot be chosen. */
  head?: boolean;
}

export interface ChooserProps {
  title: string;
  search: string;
  value: string;
  /** Whether the choices are there; what failed if they are not. */
  known: boolean;
  error: unknown;
  retry: () => void;
  choices: (text: string) => readonly Choice[];
  /** Whether what is typed may be taken as it is. */
  free?: boolean;
  onPick: (value: string) => void;
  onClose: () => void;
}

export function Chooser(props: ChooserProps) {
  const { title, search, known, error, retry, choices, free = false, onPick, onClose } = props;
  const { t } = useTranslation("explain");
  const [text, setText] = useState("");
  const list = useRef<HTMLUListElement>(null);
  const all = choices(text);
  const shown = all.slice(0, MOST);
  const typed = text.trim();
  const step = (event: KeyboardEvent): void => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const buttons = [...(list.current?.querySelectorAll("button") ?? [])];
    if (by === undefined || buttons.length === 0) return;
    event.preventDefault();
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    buttons[Math.min(Math.max(at + by, 0), buttons.length - 1)]?.focus();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: hears the arrow keys of the search and the list */}
      <div className="stack" onKeyDown={step}>
        <Search label={search} value={text} onSearch={setText} />
        {!known && <Progress />}
        {error !== null && <Failed error={error} retry={retry} />}
        {known && all.length === 0 && <Empty title={t("nothingFits")} />}
        {shown.length > 0 && (
          <ul className="choices" ref={list}>
            {shown.map((choice) => (
              <li key={`${choice.head === true} ${choice.value}`}>
                <Line choice={choice} chosen={choice.value === props.value} onPick={onPick} />
              </li>
            ))}
          </ul>
        )}
        {all.length > MOST && <p className="soft">{t("furtherChoices", { count: all.length - MOST })}</p>}
        {free && typed !== "" && (
          <button type="button" className="button tertiary as-typed" onClick={() => onPick(typed)}>
            <span className="wrap">{t("asTyped", { text: typed })}</span>
          </button>
        )}
      </div>
    </Dialog>
  );
}

interface LineProps {
  choice: Choice;
  chosen: boolean;
  onPick: (value: string) => void;
}

function Line({ choice, chosen, onPick }: LineProps) {
  const { value, label, also, level = 0, head = false } = choice;
  if (head) return <h3 className="wrap">{label}</h3>;
  return (
    <button
      type="button"
      aria-current={chosen}
      style={{ "--in": level } as never}
      onClick={() => onPick(value)}
    >
      <bdi className="wrap">{label}</bdi>
      {also !== undefined && <bdi className="soft small wrap">{also}</bdi>}
    </button>
  );
}
