/**
 * `velo validate`: whether the statements could run: their text, their names and types, and the sources they
 * name.
 */
import { encodeUtf8 } from '../../base/bytes.ts';
import { standardOutput } from '../../connectors/descriptor-writer.ts';
import { silentClient } from '../../engine/engine-options.ts';
import { compile } from '../compile.ts';
import { exitCodes } from '../exit-codes.ts';
import { printNoun } from '../output/quantity.ts';
import { reportFailure } from '../output/report-error.ts';
import { type CommonFlags, readSettings } from '../settings.ts';
import { readStatements } from '../statement-text.ts';

export async function validate(
  file: string | undefined,
  flags: CommonFlags & { readonly quiet?: boolean },
): Promise<number> {
  const statements = readStatements(file, flags.execute);
  const settings = await readSettings(flags);
  try {
    const { steps } = await compile(statements, { settings, client: silentClient, onNotice: () => {} });
    const count = steps.reduce((sum, step) => sum + (step.kind === 'run' ? step.jobs.length : 1), 0);
    const text = `${statements.name} is valid: ${printNoun(count, 'statement')} to run\n`;
    if (!flags.quiet) await standardOutput.write(encodeUtf8(text));
    return exitCodes.ok;
  } catch (error) {
    return reportFailure(error, exitCodes.invalid, statements.name);
  }
}
