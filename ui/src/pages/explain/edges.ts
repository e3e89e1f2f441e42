/** The lines between the nodes of the picture, measured where the nodes came to stand. */
import { type RefObject, useLayoutEffect, useState } from "react";

export interface Edge {
  from: string;
  to: string;
  /** `down` between what stands one below the other, `across` from column to column. */
  lie: "down" | "across";
  good: boolean;
}

export interface Drawn extends Edge {
  path: string;
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** How far from a node's beginning its line downwards leaves it. */
const STEM = 20;

const middle = ({ top, bottom }: Box): number => (top + bottom) / 2;

/** The line as SVG writes it; what reads from right to left is drawn mirrored by its own boxes. */
export function pathOf(from: Box, to: Box, lie: Edge["lie"]): string {
  if (lie === "down") {
    const x = from.left + STEM;
    if (Math.abs(to.left - from.left) < 1) return `M ${x} ${from.bottom} V ${to.top}`;
    return `M ${x} ${from.bottom} V ${middle(to) - 8} q 0 8 8 8 H ${to.left}`;
  }
  const [x, y, endX, endY] = [from.right, middle(from), to.left, middle(to)];
  const bend = Math.max(16, (endX - x) / 2);
  return `M ${x} ${y} C ${x + bend} ${y} ${endX - bend} ${endY} ${endX} ${endY}`;
}

/** Draws the lines anew whenever the picture changes its size: window, language, font. */
export function useEdges(picture: RefObject<HTMLElement | null>, edges: readonly Edge[]): Drawn[] {
  const [drawn, setDrawn] = useState<Drawn[]>([]);
  useLayoutEffect(() => {
    const box = picture.current;
    if (box === null) return;
    const draw = (): void => {
      const zero = box.getBoundingClientRect();
      const boxes = new Map<string, Box>();
      for (const node of box.querySelectorAll<HTMLElement>("[data-node]")) {
        const { left, right, top, bottom } = node.getBoundingClientRect();
        const [x, y] = [zero.left - box.scrollLeft, zero.top];
        boxes.set(node.dataset.node ?? "", {
          left: left - x,
          right: right - x,
          top: top - y,
          bottom: bottom - y,
        });
      }
      const lines = edges.flatMap((edge): Drawn[] => {
        const [from, to] = [boxes.get(edge.from), boxes.get(edge.to)];
        return from && to ? [{ ...edge, path: pathOf(from, to, edge.lie) }] : [];
      });
      setDrawn(lines);
    };
    draw();
    const watch = new ResizeObserver(draw);
    watch.observe(box);
    for (const node of box.querySelectorAll("[data-node]")) watch.observe(node);
    return () => watch.disconnect();
  }, [picture, edges]);
  return drawn;
}
