/** A catalogue of a fixed list of relations. */
import type { Catalog, Relation } from '../../src/plan/relation.ts';

export function catalogOf(relations: Iterable<Relation>): Catalog {
  const byName = new Map<string, Relation>();
  for (const relation of relations) byName.set(relation.name, relation);
  return {
    lookup: (name) => byName.get(name),
    lookupUri: (uri) => byName.get(uri),
    names: () => byName.keys(),
  };
}
