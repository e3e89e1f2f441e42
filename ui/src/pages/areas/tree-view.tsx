/** The plant as a tree on the page: `role="tree"` with one tab stop, drag and drop, cut and paste by keys. */
import { iconChevronDownSmall, iconChevronRightSmall, iconDragGripper } from "@siemens/ix-icons/icons";
import { IxIcon } from "@siemens/ix-react";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useDrag } from "./drag";
import { type Row, stepOf } from "./tree";

export interface TreeProps {
  rows: readonly Row[];
  selected: string | undefined;
  /** The area that was marked for a move by keys. */
  marked: string | undefined;
  mayChange: boolean;
  canMove: (id: string, below: string) => boolean;
  onSelect: (id: string) => void;
  onToggle: (id: string) => void;
  onOpen: (id: string) => void;
  onMove: (id: string, below: string) => void;
  onMark: (id: string | undefined) => void;
  onRename: () => void;
  onRemove: () => void;
  onNew: () => void;
}

export function Tree(props: TreeProps) {
  const { rows, selected, marked, mayChange, canMove } = props;
  const { t } = useTranslation("areas");
  const tree = useRef<HTMLDivElement>(null);
  const { carried, start } = useDrag({ canDrop: canMove, onDrop: props.onMove, onOpen: props.onOpen });
  // One line takes the tab: the selected one, or the first.
  const stop = rows.some((row) => row.area.id === selected) ? selected : rows[0]?.area.id;
  const focused = useRef<string | undefined>(undefined);

  useEffect(() => {
    const wanted = focused.current;
    if (wanted === undefined || wanted !== selected) return;
    focused.current = undefined;
    tree.current?.querySelector<HTMLElement>(`[data-area="${CSS.escape(wanted)}"]`)?.focus();
  });

  const act = (key: string): boolean => {
    if (!mayChange || selected === undefined) return false;
    if (key === "F2") props.onRename();
    else if (key === "Delete") props.onRemove();
    else if (key === "Insert") props.onNew();
    else return false;
    return true;
  };
  const carryByKeys = (key: string): boolean => {
    if (!mayChange || selected === undefined) return false;
    if (key === "x") props.onMark(selected);
    else if (key === "v" && marked !== undefined && canMove(marked, selected)) props.onMove(marked, selected);
    else return false;
    return true;
  };
  const goBy = (key: string): boolean => {
    const step = stepOf(rows, selected ?? stop, key);
    if (step?.toggle !== undefined) props.onToggle(step.toggle);
    if (step?.to !== undefined) {
      focused.current = step.to;
      props.onSelect(step.to);
      tree.current?.querySelector<HTMLElement>(`[data-area="${CSS.escape(step.to)}"]`)?.focus();
    }
    return step !== undefined;
  };
  const press = (event: KeyboardEvent): void => {
    if (event.altKey || event.metaKey) return;
    const { key } = event;
    if (event.ctrlKey) {
      if (carryByKeys(key.toLowerCase())) event.preventDefault();
      return;
    }
    if (act(key)) event.preventDefault();
    else if (key === "Escape") props.onMark(undefined);
    else if (goBy(key)) event.preventDefault();
  };

  const target = carried?.over;
  const allowed = carried !== null && target !== undefined && canMove(carried.id, target);
  return (
    <div className="tree-box" data-scrolls>
      <div
        ref={tree}
        role="tree"
        aria-label={t("tree")}
        className={carried === null ? "tree" : "tree carrying"}
        onKeyDown={press}
      >
        {rows.map((row) => (
          <Line
            key={row.area.id}
            row={row}
            selected={row.area.id === selected}
            stop={row.area.id === stop}
            marked={row.area.id === marked || row.area.id === carried?.id}
            drop={row.area.id === target && carried?.id !== target ? (allowed ? "yes" : "no") : undefined}
            grip={mayChange && !!row.area.parent}
            onSelect={props.onSelect}
            onToggle={props.onToggle}
            onStart={start}
          />
        ))}
      </div>
      {carried !== null && (
        <div
          className={allowed ? "ghost" : "ghost no"}
          style={{ transform: `translate(${carried.x + 14}px, ${carried.y + 14}px)` }}
          aria-hidden="true"
        >
          {rows.find((row) => row.area.id === carried.id)?.area.name}
        </div>
      )}
    </div>
  );
}

interface LineProps {
  row: Row;
  selected: boolean;
  stop: boolean;
  marked: boolean;
  drop: "yes" | "no" | undefined;
  grip: boolean;
  onSelect: (id: string) => void;
  onToggle: (id: string) => void;
  onStart: ReturnType<typeof useDrag>["start"];
}

function Line({ row, selected, stop, marked, drop, grip, onSelect, onToggle, onStart }: LineProps) {
  const { area, branch, open } = row;
  const name = useRef<HTMLSpanElement>(null);
  // A link leads to an area that may lie far below.
  useEffect(() => {
    if (selected) name.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [selected]);
  const classes = [
    "line",
    selected && "selected",
    marked && "marked",
    drop && `drop-${drop}`,
    row.hit && "hit",
  ];
  return (
    <div
      role="treeitem"
      data-area={area.id}
      aria-level={row.level}
      aria-posinset={row.place}
      aria-setsize={row.size}
      aria-selected={selected}
      {...(branch ? { "aria-expanded": open } : {})}
      tabIndex={stop ? 0 : -1}
      className={classes.filter(Boolean).join(" ")}
      style={{ paddingInlineStart: `${(row.level - 1) * 1.5}rem` }}
      onClick={() => onSelect(area.id)}
      // The keys are heard at the tree.
      onKeyDown={undefined}
      onPointerDown={(event) => {
        if (grip && event.pointerType === "mouse") onStart(area.id, event);
      }}
    >
      <span
        className="twist"
        aria-hidden="true"
        onClick={(event) => {
          if (!branch) return;
          event.stopPropagation();
          onToggle(area.id);
        }}
        onPointerDown={(event) => event.stopPropagation()}
      >
        {branch && <IxIcon name={open ? iconChevronDownSmall : iconChevronRightSmall} size="24" />}
      </span>
      <span ref={name} className="line-name" dir="auto">
        {area.name}
      </span>
      {grip && (
        <span className="grip" aria-hidden="true" onPointerDown={(event) => onStart(area.id, event)}>
          <IxIcon name={iconDragGripper} size="24" />
        </span>
      )}
    </div>
  );
}
