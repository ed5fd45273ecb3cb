/** Which file a path means: paths of many spellings, through links or not, are one. */
import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** Also of a file that is not there yet. */
export function fileIdentity(path: string): string {
  const absolute = resolve(path);
  const folder = dirname(absolute);
  return realPath(absolute) ?? join(realPath(folder) ?? folder, basename(absolute));
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
