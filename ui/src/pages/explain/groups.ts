/** The groups on all ways as one tree, the person at its root, in the order in which it is drawn. */
import type { GroupStep, Way } from "./reason";

export interface Stop {
  /** Unique in the tree: the identities on the way there. */
  key: string;
  /** None at the person. */
  group: GroupStep | undefined;
  /** The key of the stop before; empty at the person. */
  from: string;
  /** How far it is moved in: a chain of single steps stays in line, so that a long one stays narrow. */
  indent: number;
  /** The ways whose role is given right here. */
  ways: Way[];
}

interface Node {
  stop: Stop;
  below: Map<string, Node>;
}

const node = (key: string, from: string, group: GroupStep | undefined): Node => ({
  stop: { key, group, from, indent: 0, ways: [] },
  below: new Map(),
});

/** The stops from top to bottom: each after the one before it. */
export function stopsOf(ways: readonly Way[]): Stop[] {
  const root = node("person", "", undefined);
  for (const way of ways) {
    let at = root;
    for (const group of way.groups) {
      const next = at.below.get(group.id) ?? node(`${at.stop.key} ${group.id}`, at.stop.key, group);
      at.below.set(group.id, next);
      at = next;
    }
    at.stop.ways.push(way);
  }
  return walk(root, 0);
}

function walk({ stop, below }: Node, indent: number): Stop[] {
  const further = below.size > 1 ? indent + 1 : indent;
  return [{ ...stop, indent }, ...[...below.values()].flatMap((next) => walk(next, further))];
}
