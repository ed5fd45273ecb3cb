/** `velo explain`: the plans of all statements that do something. */
import { encodeUtf8 } from '../../base/bytes.ts';
import { standardOutput } from '../../connectors/descriptor-writer.ts';
import { silentClient } from '../../engine/engine-options.ts';
import { compile } from '../compile.ts';
import { exitCodes } from '../exit-codes.ts';
import { reportFailure } from '../output/report-error.ts';
import { sayError } from '../output/say.ts';
import { type CommonFlags, readSettings } from '../settings.ts';
import { readStatements } from '../statement-text.ts';

export interface ExplainFlags extends CommonFlags {
  readonly kernels?: boolean;
  readonly analyze?: boolean;
  readonly verbose?: boolean;
}

export async function explain(file: string | undefined, flags: ExplainFlags): Promise<number> {
  const statements = readStatements(file, flags.execute);
  const settings = await readSettings(flags);
  const { kernels = false, analyze = false, verbose = false } = flags;
  let code: number = exitCodes.invalid;
  try {
    const application = await compile(statements, {
      settings,
      client: silentClient,
      onNotice: (text) => sayError(`${text}\n`),
    });
    code = exitCodes.failed;
    for (const [index, step] of application.steps.entries()) {
      const text = await (step.kind === 'run' ? step.explain({ kernels, analyze, verbose }) : step.explain());
      const separator = index > 0 ? '\n' : '';
      await standardOutput.write(encodeUtf8(`${separator}${text.trimEnd()}\n`));
    }
    return exitCodes.ok;
  } catch (error) {
    return reportFailure(error, code, statements.name);
  }
}
