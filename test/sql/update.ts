/**
 * Rewrites the results in the `.slt` files: `node test/sql/update.ts [PART_OF_A_FILE_NAME ...]`. Review the
 * diff.
 */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { updateSltFile } from './runner.ts';

const parts = process.argv.slice(2);
for (const name of globSync('**/*.slt', { cwd: import.meta.dirname }).sort()) {
  if (parts.length > 0 && !parts.some((part) => name.includes(part))) continue;
  const changed = await updateSltFile(join(import.meta.dirname, name));
  console.log(`${changed ? 'changed  ' : 'unchanged'} ${name}`);
}
