/** Names of files in what is published: `.ts` becomes `.js`, and bundles lie beside each other. */
import { basename } from 'node:path';

/** What is started or imported by name; everything else is a part of these. */
export const entries = {
  library: 'src/index.ts',
  command: 'src/cli/main.ts',
  worker: 'src/runtime/worker/worker-main.ts',
} as const;

/** In a bundle: the URLs of other entries. Throws for a file that is none, for it would not be there. */
export function urlsOfBundle(text: string): string {
  const known = Object.values(entries).map((path) => basename(path, '.ts'));
  return text.replace(
    /(new URL\(\s*(['"]))(\.{1,2}\/[^'"\n]*)\.ts(?=\2\s*,\s*import\.meta\.url)/g,
    (_, start: string, _quote: string, path: string) => {
      const name = basename(path);
      if (!known.includes(name)) throw new Error(`${path}.ts is not an entry of the build`);
      return `${start}./${name}.js`;
    },
  );
}

/** In a declaration: the names of imported files. */
export function importsOfDeclaration(text: string): string {
  return text.replace(
    /((?:\bfrom\s*|\bimport\s*\(?\s*)(['"])\.{1,2}\/[^'"\n]*?)(?<!\.d)\.ts\2/g,
    (_, start: string, quote: string) => `${start}.js${quote}`,
  );
}
