/** What the name of a file tells of its content: format, packing, delimiter. */

const formats: ReadonlyMap<string, string> = new Map([
  ['jsonl', 'jsonl'],
  ['ndjson', 'jsonl'],
  ['json', 'jsonl'],
  ['csv', 'csv'],
  ['tsv', 'csv'],
  ['parquet', 'parquet'],
  ['pq', 'parquet'],
]);

/** The format by the name's ending, before `.gz` if it has that; undefined where the ending says nothing. */
export function formatOfPath(path: string): string | undefined {
  return formats.get(endingOf(path));
}

export function isPacked(path: string): boolean {
  return path.toLowerCase().endsWith('.gz');
}

export function delimiterOfPath(path: string): string {
  return endingOf(path) === 'tsv' ? '\t' : ',';
}

function endingOf(path: string): string {
  const name = path.toLowerCase().replace(/\.gz$/, '');
  return name.slice(name.lastIndexOf('.') + 1);
}
