/**
 * Rings in a directed graph: Tarjan's strongly connected components (1972), and from each one its shortest
 * ring through the first node, so that the message names few files.
 */

/** Each ring begins and ends with the same node; a graph without rings gives an empty list. */
export function findRings(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  return components(edges).flatMap((members) => {
    const [first] = [...members].sort();
    return first === undefined ? [] : (shortestRing(first, members, edges) ?? []);
  });
}

/** The components that hold a ring: more than one node, or one that names itself. */
function components(edges: ReadonlyMap<string, readonly string[]>): Set<string>[] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const found: Set<string>[] = [];
  const visit = (node: string): void => {
    order.set(node, order.size);
    lowest.set(node, order.size - 1);
    stack.push(node);
    for (const next of edges.get(node) ?? []) {
      if (!order.has(next)) visit(next);
      else if (!stack.includes(next)) continue;
      lowest.set(node, Math.min(lowest.get(node) ?? 0, lowest.get(next) ?? 0));
    }
    if (lowest.get(node) !== order.get(node)) return;
    const members = new Set(stack.splice(stack.indexOf(node)));
    if (members.size > 1 || edges.get(node)?.includes(node)) found.push(members);
  };
  for (const node of edges.keys()) if (!order.has(node)) visit(node);
  return found;
}

/**
 * Breadth first, so that the first way back is a shortest one; as a list of one, to be flattened by the
 * caller.
 */
function shortestRing(
  start: string,
  members: ReadonlySet<string>,
  edges: ReadonlyMap<string, readonly string[]>,
): string[][] | undefined {
  const queue: string[][] = [[start]];
  const seen = new Set<string>();
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    for (const next of edges.get(path.at(-1) ?? '') ?? []) {
      if (next === start) return [[...path, start]];
      if (!members.has(next) || seen.has(next)) continue;
      seen.add(next);
      queue.push([...path, next]);
    }
  }
  return undefined;
}
