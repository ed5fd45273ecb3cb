/** The options of EXPLAIN: ANALYZE, KERNELS and VERBOSE, each on or off. */
import { type SourceSpan, VelostreamError } from '../../../base/error.ts';
import { nearestName } from '../../../base/nearest-name.ts';
import type { ExplainOptions } from '../../../plan/bound-script.ts';
import type { Explain } from '../../../sql/ast/statement.ts';
import type { ProblemList } from '../problem-list.ts';

const optionNames = ['analyze', 'kernels', 'verbose'] as const;

export function bindExplainOptions(statement: Explain, problems: ProblemList): ExplainOptions {
  const chosen = { analyze: false, kernels: false, verbose: false };
  problems.all(statement.options, ({ name, value, span }) => {
    const option = optionNames.find((known) => known === name);
    if (option === undefined) throw unknownOption(name, span);
    chosen[option] = parseSwitch(option, value, span);
  });
  return chosen;
}

function parseSwitch(option: string, value: string | undefined, position: SourceSpan): boolean {
  if (value === undefined || ['on', 'true', '1'].includes(value.toLowerCase())) return true;
  if (['off', 'false', '0'].includes(value.toLowerCase())) return false;
  throw new VelostreamError(`${option} requires a Boolean value`, { code: 'sql_invalid_option', position });
}

function unknownOption(name: string, position: SourceSpan): VelostreamError {
  const proposal = nearestName(name, optionNames);
  return new VelostreamError(`unrecognized EXPLAIN option "${name}"`, {
    code: 'sql_invalid_option',
    position,
    hint: proposal === undefined ? undefined : `Did you mean ${proposal.toUpperCase()}?`,
  });
}
