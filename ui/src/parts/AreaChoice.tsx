/** Several areas of the plant, chosen in its tree. */
import { iconChevronDownSmall, iconChevronRightSmall } from "@siemens/ix-icons/icons";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../i18n/format";
import type { Area } from "../pages/areas/data";
import { closedAtFirst, isWithin, type Row, rowsOf, stepOf } from "../pages/areas/tree";
import "../pages/areas/areas.css";
import { Chosen, type Named } from "./Chosen";
import { Icon } from "./Icon";
import { Search } from "./Search";
import { Empty } from "./states";

export interface AreaChoiceProps {
  label: string;
  areas: readonly Area[];
  chosen: readonly Named[];
  /** In any order: what is chosen is a set. */
  onChoose: (areas: Named[]) => void;
}

export function AreaChoice({ label, areas, chosen, onChoose }: AreaChoiceProps) {
  const { t } = useTranslation("parts");
  const { compare } = useFormat();
  const [text, setText] = useState("");
  const [closed, setClosed] = useState<ReadonlySet<string>>(() => closedAtFirst(areas));
  const rows = useMemo(() => rowsOf(areas, { closed, text, compare }), [areas, closed, text, compare]);
  const ids = new Set(chosen.map((one) => one.id));

  const flip = (area: Area): void => {
    // What lies below it is meant by it; taking it away takes itself away.
    const kept = chosen.filter((one) => !isWithin(areas, one.id, area.id));
    const own = ids.has(area.id) ? [] : [{ id: area.id, name: area.path }];
    onChoose([...kept, ...own]);
  };
  const toggle = (id: string): void =>
    setClosed((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  return (
    <>
      <Chosen things={chosen} onRemove={(id) => onChoose(chosen.filter((one) => one.id !== id))} />
      <Search label={t("areasSearch")} value={text} onSearch={setText} />
      {rows.length === 0 ? (
        <Empty title={t("areasNoneFound")} />
      ) : (
        <Tree label={label} rows={rows} chosen={ids} onFlip={flip} onToggle={toggle} />
      )}
    </>
  );
}

type Mark = "chosen" | "meant" | "none";

/** Whether each line is chosen, is meant by one above it, or neither. */
export function marksOf(rows: readonly Row[], chosen: ReadonlySet<string>): Mark[] {
  let under: number | undefined;
  return rows.map(({ area, level }) => {
    if (under !== undefined && level > under) return "meant";
    under = chosen.has(area.id) ? level : undefined;
    return under === undefined ? "none" : "chosen";
  });
}

interface TreeProps {
  label: string;
  rows: readonly Row[];
  chosen: ReadonlySet<string>;
  onFlip: (area: Area) => void;
  onToggle: (id: string) => void;
}

function Tree({ label, rows, chosen, onFlip, onToggle }: TreeProps) {
  const tree = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<string>();
  const marks = marksOf(rows, chosen);
  // One line takes the tab: where the keys are, or the first.
  const stop = rows.some((row) => row.area.id === at) ? at : rows[0]?.area.id;
  const go = (to: string): void => {
    setAt(to);
    tree.current?.querySelector<HTMLElement>(`[data-area="${CSS.escape(to)}"]`)?.focus();
  };
  const press = (event: KeyboardEvent): void => {
    if (event.altKey || event.metaKey || event.ctrlKey) return;
    const here = rows.findIndex((row) => row.area.id === stop);
    const area = rows[here]?.area;
    if (event.key === " " || event.key === "Enter") {
      if (area !== undefined && marks[here] !== "meant") onFlip(area);
    } else {
      const step = stepOf(rows, stop, event.key);
      if (step === undefined) return;
      if (step.toggle !== undefined) onToggle(step.toggle);
      if (step.to !== undefined) go(step.to);
    }
    event.preventDefault();
  };
  return (
    <div className="tree-box choice-box">
      <div
        ref={tree}
        role="tree"
        aria-multiselectable="true"
        aria-label={label}
        className="tree"
        onKeyDown={press}
      >
        {rows.map((row, place) => (
          <Line
            key={row.area.id}
            row={row}
            mark={marks[place] ?? "none"}
            stop={row.area.id === stop}
            onFlip={() => {
              setAt(row.area.id);
              if (marks[place] !== "meant") onFlip(row.area);
            }}
            onToggle={() => onToggle(row.area.id)}
          />
        ))}
      </div>
    </div>
  );
}

interface LineProps {
  row: Row;
  mark: Mark;
  stop: boolean;
  onFlip: () => void;
  onToggle: () => void;
}

function Line({ row, mark, stop, onFlip, onToggle }: LineProps) {
  const { area, branch, open } = row;
  return (
    <div
      role="treeitem"
      data-area={area.id}
      aria-level={row.level}
      aria-posinset={row.place}
      aria-setsize={row.size}
      aria-checked={mark !== "none"}
      aria-disabled={mark === "meant"}
      {...(branch ? { "aria-expanded": open } : {})}
      tabIndex={stop ? 0 : -1}
      className={row.hit ? "line hit" : "line"}
      style={{ paddingInlineStart: `${(row.level - 1) * 1.5}rem` }}
      onClick={onFlip}
      // The keys are heard at the tree.
      onKeyDown={undefined}
    >
      <span
        className="twist"
        aria-hidden="true"
        onClick={(event) => {
          if (!branch) return;
          event.stopPropagation();
          onToggle();
        }}
      >
        {branch && <Icon icon={open ? iconChevronDownSmall : iconChevronRightSmall} />}
      </span>
      <span className={`choice-mark ${mark}`} aria-hidden="true" />
      <span className="line-name" dir="auto">
        {area.name}
      </span>
    </div>
  );
}
