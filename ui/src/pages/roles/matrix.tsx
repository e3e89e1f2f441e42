import { iconLock } from "@siemens/ix-icons/icons";
import { IxIcon } from "@siemens/ix-react";
import { type KeyboardEvent, memo, type RefObject, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Changes, type Held, holds } from "./changes";
import { isFixed, type Role } from "./data";
import type { Row } from "./rows";
import { type Cell, type Grid, inSight, moved, type Span, scrolled, withOne } from "./window";

const ROW = 46;
const COLUMN = 116;
const HEAD = 64;
/** Rows and columns beside those in sight that are ready before they are scrolled to. */
const MORE_ROWS = 8;
const MORE_COLUMNS = 2;

/** The first column takes its share of a narrow panel. */
const firstWidth = (width: number): number => (width < 900 ? 220 : 300);

interface View {
  rows: Span;
  columns: Span;
  width: number;
  page: number;
}

const NOTHING: Span = { first: 0, end: 0 };

/** What of the table is in sight; changes only when other rows or columns come into sight. */
function useView(frame: RefObject<HTMLDivElement | null>, rows: number, columns: number): View {
  const [view, setView] = useState<View>({ rows: NOTHING, columns: NOTHING, width: 1000, page: 1 });
  useLayoutEffect(() => {
    const shown = frame.current;
    if (shown === null) return;
    const look = (): void => {
      const { scrollTop, scrollLeft, clientHeight, clientWidth } = shown;
      const next: View = {
        rows: inSight(scrollTop, clientHeight - HEAD, ROW, rows, MORE_ROWS),
        columns: inSight(scrollLeft, clientWidth - firstWidth(clientWidth), COLUMN, columns, MORE_COLUMNS),
        width: clientWidth,
        page: Math.max(1, Math.floor((clientHeight - HEAD) / ROW) - 1),
      };
      setView((before) => (JSON.stringify(before) === JSON.stringify(next) ? before : next));
    };
    look();
    const size = new ResizeObserver(look);
    size.observe(shown);
    shown.addEventListener("scroll", look, { passive: true });
    return () => {
      size.disconnect();
      shown.removeEventListener("scroll", look);
    };
  }, [frame, rows, columns]);
  return view;
}

export interface MatrixProps {
  roles: readonly Role[];
  rows: readonly Row[];
  held: Held;
  changes: Changes;
  readOnly: boolean;
  onTurn: (role: string, right: string) => void;
}

/**
 * Rights by roles. Only what is in sight is in the page, so that hundreds of roles and thousands of
 * rights scroll smoothly; one cell is in the order of the Tab key, the arrows go on from there.
 */
export function Matrix({ roles, rows, held, changes, readOnly, onTurn }: MatrixProps) {
  const { t } = useTranslation("roles");
  const frame = useRef<HTMLDivElement>(null);
  const view = useView(frame, rows.length, roles.length);
  const [active, setActive] = useState<Cell>();
  const grid: Grid = {
    rows: rows.length,
    columns: roles.length,
    takes: (row) => rows[row]?.kind === "right",
    page: view.page,
  };
  const focus = useFocus(frame, grid, active);
  const first = firstWidth(view.width);
  const columns = useMemo(() => withOne(view.columns, focus.cell?.column), [view.columns, focus.cell]);
  const turn = useRef(onTurn);
  turn.current = onTurn;

  const onKeyDown = (event: KeyboardEvent): void => {
    if (focus.cell === undefined) return;
    const next = moved(grid, focus.cell, event.key, event.ctrlKey);
    if (next === undefined) return;
    event.preventDefault();
    focus.go(next, first);
    setActive(next);
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a table of the page cannot leave out what is not in sight
    <div
      ref={frame}
      className="m-frame"
      role="grid"
      aria-label={t("matrix")}
      aria-rowcount={rows.length + 1}
      aria-colcount={roles.length + 1}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div
        className="m-body"
        role="rowgroup"
        style={{ width: first + roles.length * COLUMN, height: HEAD + rows.length * ROW }}
      >
        <Head roles={roles} columns={columns} first={first} />
        {withOne(view.rows, focus.cell?.row).map((at) => {
          const row = rows[at];
          return (
            row && (
              <Line
                key={row.kind === "head" ? `head ${row.key}` : row.right}
                at={at}
                row={row}
                roles={roles}
                columns={columns}
                first={first}
                held={held}
                changes={changes}
                readOnly={readOnly}
                tab={focus.cell?.row === at ? focus.cell.column : undefined}
                turn={turn}
                onFocus={setActive}
              />
            )
          );
        })}
      </div>
    </div>
  );
}

interface Focus {
  /** The cell in the order of the Tab key. */
  cell: Cell | undefined;
  go: (cell: Cell, first: number) => void;
}

/** Keeps one cell in the order of the Tab key, and moves the focus when the keys ask for it. */
function useFocus(frame: RefObject<HTMLDivElement | null>, grid: Grid, active: Cell | undefined): Focus {
  const wanted = useRef(false);
  const start = active ?? { row: 0, column: 0 };
  // A filter may have taken the row away; the nearest one has its place in the order then.
  const cell =
    grid.columns === 0
      ? undefined
      : grid.takes(start.row) && start.column < grid.columns
        ? start
        : moved(
            grid,
            { row: start.row - 1, column: Math.min(start.column, grid.columns - 1) },
            "ArrowDown",
            false,
          );
  useLayoutEffect(() => {
    if (!wanted.current || cell === undefined) return;
    wanted.current = false;
    frame.current
      ?.querySelector<HTMLInputElement>(`[data-cell="${cell.row} ${cell.column}"] input`)
      ?.focus({ preventScroll: true });
  });
  return {
    cell,
    go: (next, first) => {
      wanted.current = true;
      const shown = frame.current;
      if (shown === null) return;
      shown.scrollTop = scrolled(shown.scrollTop, shown.clientHeight, HEAD, next.row, ROW);
      shown.scrollLeft = scrolled(shown.scrollLeft, shown.clientWidth, first, next.column, COLUMN);
    },
  };
}

interface HeadProps {
  roles: readonly Role[];
  columns: readonly number[];
  first: number;
}

const Head = memo(function Head({ roles, columns, first }: HeadProps) {
  const { t } = useTranslation("roles");
  return (
    // biome-ignore lint/a11y/useSemanticElements: see the table
    // biome-ignore lint/a11y/useFocusableInteractive: the cells have the focus
    <div className="m-head" role="row" aria-rowindex={1} style={{ height: HEAD }}>
      {/* biome-ignore lint/a11y/useSemanticElements: see the table */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: see the table */}
      <div className="m-first" role="columnheader" aria-colindex={1} style={{ width: first }}>
        <strong>{t("right")}</strong>
      </div>
      {columns.map((column) => {
        const role = roles[column];
        return (
          role && (
            // biome-ignore lint/a11y/useSemanticElements: see the table
            // biome-ignore lint/a11y/useFocusableInteractive: see the table
            <div
              key={role.id}
              className="m-column"
              role="columnheader"
              aria-colindex={column + 2}
              title={role.name}
              style={{ left: first + column * COLUMN, width: COLUMN }}
            >
              <bdi>{role.name}</bdi>
              {isFixed(role) && <IxIcon name={iconLock} size="16" aria-label={t("fixed")} />}
            </div>
          )
        );
      })}
    </div>
  );
});

interface LineProps {
  at: number;
  row: Row;
  roles: readonly Role[];
  columns: readonly number[];
  first: number;
  held: Held;
  changes: Changes;
  readOnly: boolean;
  /** The column in the order of the Tab key, if it lies in this row. */
  tab: number | undefined;
  turn: RefObject<(role: string, right: string) => void>;
  onFocus: (cell: Cell) => void;
}

const Line = memo(function Line(props: LineProps) {
  const { at, row, roles, columns, first } = props;
  const place = { top: HEAD + at * ROW, height: ROW, width: first + roles.length * COLUMN };
  if (row.kind === "head") {
    return (
      // biome-ignore lint/a11y/useSemanticElements: see the table
      // biome-ignore lint/a11y/useFocusableInteractive: see the table
      <div className="m-row heading" role="row" aria-rowindex={at + 2} style={place}>
        {/* biome-ignore lint/a11y/useSemanticElements: see the table */}
        {/* biome-ignore lint/a11y/useFocusableInteractive: see the table */}
        <div className="m-first" role="rowheader" aria-colindex={1} style={{ width: first }} title={row.name}>
          <bdi>{row.name}</bdi>
          <span className="soft small">{row.count}</span>
        </div>
      </div>
    );
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: see the table
    // biome-ignore lint/a11y/useFocusableInteractive: see the table
    <div className="m-row" role="row" aria-rowindex={at + 2} style={place}>
      {/* biome-ignore lint/a11y/useSemanticElements: see the table */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: see the table */}
      <div
        className="m-first"
        role="rowheader"
        aria-colindex={1}
        style={{ width: first }}
        title={`${row.label} (${row.right})`}
      >
        <bdi>{row.label}</bdi>
        <span className="soft small">{row.right}</span>
      </div>
      {columns.map((column) => {
        const role = roles[column];
        return (
          role && (
            <Box key={role.id} {...props} right={row.right} label={row.label} role={role} column={column} />
          )
        );
      })}
    </div>
  );
});

interface BoxProps extends LineProps {
  right: string;
  label: string;
  role: Role;
  column: number;
}

function Box({
  at,
  column,
  right,
  label,
  role,
  first,
  held,
  changes,
  readOnly,
  tab,
  turn,
  onFocus,
}: BoxProps) {
  const changed = changes.get(role.id)?.has(right) === true;
  const off = readOnly || isFixed(role);
  return (
    // biome-ignore lint/a11y/useSemanticElements: see the table
    // biome-ignore lint/a11y/useFocusableInteractive: the box has the focus
    // biome-ignore lint/a11y/useKeyWithClickEvents: the box takes the keys; the room around it is for fingers
    <div
      className={`m-cell${changed ? " changed" : ""}${off ? " off" : ""}`}
      role="gridcell"
      aria-colindex={column + 2}
      data-cell={`${at} ${column}`}
      style={{ left: first + column * COLUMN, width: COLUMN }}
      onClick={(event) => {
        if (event.target === event.currentTarget && !off) turn.current(role.id, right);
      }}
    >
      <input
        type="checkbox"
        aria-label={`${label}: ${role.name}`}
        checked={holds(held, changes, role.id, right)}
        aria-disabled={off}
        tabIndex={tab === column ? 0 : -1}
        onFocus={() => onFocus({ row: at, column })}
        onChange={() => {
          if (!off) turn.current(role.id, right);
        }}
      />
    </div>
  );
}
