/** Several areas of the plant, chosen in its tree. */
import { iconChevronDownSmall, iconChevronRightSmall } from "@siemens/ix-icons/icons";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useId, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../i18n/format";
import { Empty, Loaded, Search } from "../../parts";
import { Icon } from "../../parts/Icon";
import { type Area, areasQuery } from "../areas/data";
import { closedAtFirst, isWithin, type Row, rowsOf, stepOf } from "../areas/tree";
import "../areas/areas.css";
import { Chosen } from "./chosen";
import { inOrder, type Named } from "./data";

export interface AreasFieldProps {
  value: readonly Named[];
  wrong: boolean;
  onChange: (areas: Named[]) => void;
}

export function AreasField({ value, wrong, onChange }: AreasFieldProps) {
  const { t } = useTranslation("assignments");
  const query = useQuery(areasQuery);
  return (
    <fieldset className="card stack a-set">
      <legend>{t("areas")}</legend>
      <p className="small soft">{t("areasHint")}</p>
      <Chosen things={value} onRemove={(id) => onChange(value.filter((one) => one.id !== id))} />
      {wrong && <p className="a-wrong">{t("areasWrong")}</p>}
      <Loaded query={query}>{(areas) => <Choice areas={areas} value={value} onChange={onChange} />}</Loaded>
    </fieldset>
  );
}

interface ChoiceProps extends Pick<AreasFieldProps, "value" | "onChange"> {
  areas: readonly Area[];
}

function Choice({ areas, value, onChange }: ChoiceProps) {
  const { t } = useTranslation("assignments");
  const { compare } = useFormat();
  const [text, setText] = useState("");
  const [closed, setClosed] = useState<ReadonlySet<string>>(() => closedAtFirst(areas));
  const rows = useMemo(() => rowsOf(areas, { closed, text, compare }), [areas, closed, text, compare]);
  const chosen = new Set(value.map((one) => one.id));

  const flip = (area: Area): void => {
    // What lies below it is meant by it; taking it away takes itself away.
    const kept = value.filter((one) => !isWithin(areas, one.id, area.id));
    const own = chosen.has(area.id) ? [] : [{ id: area.id, name: area.path }];
    onChange(inOrder([...kept, ...own]));
  };
  const toggle = (id: string): void =>
    setClosed((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  return (
    <>
      <Search label={t("searchAreas")} value={text} onSearch={setText} />
      {rows.length === 0 ? (
        <Empty title={t("noArea")} />
      ) : (
        <Tree rows={rows} chosen={chosen} onFlip={flip} onToggle={toggle} />
      )}
    </>
  );
}

/** Whether each line is chosen, is meant by one above it, or neither. */
export function marksOf(rows: readonly Row[], chosen: ReadonlySet<string>): ("chosen" | "meant" | "none")[] {
  let under: number | undefined;
  return rows.map(({ area, level }) => {
    if (under !== undefined && level > under) return "meant";
    under = chosen.has(area.id) ? level : undefined;
    return under === undefined ? "none" : "chosen";
  });
}

interface TreeProps {
  rows: readonly Row[];
  chosen: ReadonlySet<string>;
  onFlip: (area: Area) => void;
  onToggle: (id: string) => void;
}

function Tree({ rows, chosen, onFlip, onToggle }: TreeProps) {
  const { t } = useTranslation("assignments");
  const tree = useRef<HTMLDivElement>(null);
  const id = useId();
  const [at, setAt] = useState<string>();
  const marks = marksOf(rows, chosen);
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
    <div className="tree-box a-box">
      <div
        ref={tree}
        id={id}
        role="tree"
        aria-multiselectable="true"
        aria-label={t("areas")}
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
  mark: "chosen" | "meant" | "none";
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
      <span className={`a-box-mark ${mark}`} aria-hidden="true" />
      <span className="line-name" dir="auto">
        {area.name}
      </span>
    </div>
  );
}
