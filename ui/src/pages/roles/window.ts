/** Which rows and columns of a large table are in sight, and where the focus goes by the keys. */

export interface Span {
  first: number;
  /** Behind the last. */
  end: number;
}

/** The entries of one size that a view shows, with some more on each side. */
export function inSight(offset: number, view: number, size: number, count: number, more: number): Span {
  const first = Math.max(0, Math.floor(offset / size) - more);
  const end = Math.min(count, Math.ceil((offset + view) / size) + more);
  return { first: Math.min(first, end), end };
}

/** The entries of a span, and one more that must stay: the one with the focus. */
export function withOne({ first, end }: Span, one: number | undefined): number[] {
  const all = Array.from({ length: end - first }, (_, at) => first + at);
  if (one === undefined || (one >= first && one < end)) return all;
  return one < first ? [one, ...all] : [...all, one];
}

export interface Cell {
  row: number;
  column: number;
}

export interface Grid {
  rows: number;
  columns: number;
  /** Whether a row has cells that take the focus; a heading has none. */
  takes: (row: number) => boolean;
  /** Rows of one page. */
  page: number;
}

/** The nearest row that takes the focus, from `row` on in a direction, else back. */
function nearest(grid: Grid, row: number, step: 1 | -1): number | undefined {
  for (let at = row; at >= 0 && at < grid.rows; at += step) if (grid.takes(at)) return at;
  for (let at = row; at >= 0 && at < grid.rows; at -= step) if (grid.takes(at)) return at;
  return undefined;
}

const within = (value: number, count: number): number => Math.max(0, Math.min(count - 1, value));

/** Where a key moves the focus; `undefined` where it is none of the table's keys. */
export function moved(grid: Grid, from: Cell, key: string, ctrl: boolean): Cell | undefined {
  const to = (row: number, column: number, step: 1 | -1): Cell | undefined => {
    const found = nearest(grid, within(row, grid.rows), step);
    return found === undefined ? undefined : { row: found, column: within(column, grid.columns) };
  };
  const { row, column } = from;
  switch (key) {
    case "ArrowDown":
      return to(row + 1, column, 1);
    case "ArrowUp":
      return to(row - 1, column, -1);
    case "ArrowRight":
      return to(row, column + 1, 1);
    case "ArrowLeft":
      return to(row, column - 1, 1);
    case "PageDown":
      return to(row + grid.page, column, 1);
    case "PageUp":
      return to(row - grid.page, column, -1);
    case "Home":
      return to(ctrl ? 0 : row, 0, 1);
    case "End":
      return to(ctrl ? grid.rows - 1 : row, grid.columns - 1, -1);
    default:
      return undefined;
  }
}

/** How far to scroll so that an entry is in sight beside what is fixed before it. */
export function scrolled(offset: number, view: number, fixed: number, at: number, size: number): number {
  const begin = at * size;
  const room = view - fixed;
  if (begin < offset) return begin;
  return begin + size > offset + room ? begin + size - room : offset;
}
