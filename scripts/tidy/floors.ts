/**
 * The table of the house: a folder of `src/` imports from lower floors only, never sideways and never up.
 * ARCHITECTURE.md shows the same table with what lives where.
 */

/** From the ground up. */
const floors: readonly (readonly string[])[] = [
  ['base'],
  ['columns', 'wasm'],
  ['routines'],
  ['sql', 'expressions', 'job', 'kernels', 'state'],
  ['plan', 'io'],
  ['operators', 'formats'],
  ['connectors'],
  ['planner', 'codegen', 'runtime'],
  ['engine'],
  ['server'],
  ['cli'],
  ['index.ts'],
];

/** Folders whose files may use Node's own modules and globals. */
export const nodeHomes: readonly string[] = ['connectors', 'runtime', 'server', 'cli'];

/** The top-level folder (or file) of a path in `src/`; undefined outside it. */
export function folderOf(path: string): string | undefined {
  const parts = path.split('/');
  return parts[0] === 'src' ? parts[1] : undefined;
}

/** The floor's number, 0 for the ground; undefined for a folder that the table does not know. */
export function floorOf(folder: string): number | undefined {
  const index = floors.findIndex((floor) => floor.includes(folder));
  return index === -1 ? undefined : index;
}
