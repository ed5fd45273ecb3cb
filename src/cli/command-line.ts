/**
 * The command line: which commands and options there are. What a command does is loaded when it is called, so
 * that `velo --help` answers at once.
 */
import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { encodeUtf8 } from '../base/bytes.ts';
import type { BenchFlags } from './commands/bench.ts';
import type { ExplainFlags } from './commands/explain.ts';
import type { RunFlags } from './commands/run.ts';
import { exitCodes, exitCodesText } from './exit-codes.ts';
import { sayError } from './output/say.ts';
import type { CommonFlags } from './settings.ts';
import { UsageError } from './usage-error.ts';

export async function runCommandLine(args: readonly string[]): Promise<void> {
  let printed = '';
  const velo = program((text) => {
    printed += text;
  });
  try {
    await velo.parseAsync([...args], { from: 'user' });
  } catch (error) {
    process.exitCode = await endWith(error, printed);
  }
}

/** `printed`: the help or the version that was asked for. */
async function endWith(error: unknown, printed: string): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? print(printed) : exitCodes.usage;
  if (error instanceof UsageError) {
    sayError(`error: ${error.message}\n(velo --help shows all commands and options)\n`);
    return exitCodes.usage;
  }
  const { reportFailure } = await import('./output/report-error.ts');
  return reportFailure(error, exitCodes.invalid);
}

async function print(text: string): Promise<number> {
  const { standardOutput } = await import('../connectors/descriptor-writer.ts');
  try {
    await standardOutput.write(encodeUtf8(text));
    return exitCodes.ok;
  } catch (error) {
    const { reportFailure } = await import('./output/report-error.ts');
    return reportFailure(error, exitCodes.failed);
  }
}

function program(print: (text: string) => void): Command {
  const velo = new Command('velo')
    .description('Streaming SQL, compiled to WebAssembly and run hash-partitioned over all cores.')
    .version(packageVersion(), '-V, --version')
    .helpCommand(false)
    .addHelpText('after', `\n${exitCodesText}`)
    .configureOutput({ writeOut: print, writeErr: sayError })
    .showHelpAfterError('(velo --help shows all commands and options)')
    .exitOverride();
  addRun(velo);
  addExplain(velo);
  addValidate(velo);
  addBench(velo);
  return velo;
}

function packageVersion(): string {
  const text = readFileSync(findPackageJSON(import.meta.url) ?? '', 'utf8');
  return String((JSON.parse(text) as { readonly version?: unknown }).version);
}

const statements = 'a file of SQL statements, or - for standard input';

function withCommonOptions(command: Command): Command {
  return command
    .argument('[file]', statements)
    .option('-e, --execute <sql>', 'statements instead of a file')
    .option('-p, --partitions <count>', 'partitions (worker threads)', countFrom(1))
    .option('-a, --architecture <name>', 'v1, single_actor or partitioned; also v2:8:affinity and the like')
    .option('-c, --config <file>', 'a YAML file with job_server settings')
    .addOption(
      new Option('--on-error <action>', 'bad records of sources that do not say').choices(['fail', 'skip']),
    );
}

function addRun(velo: Command): void {
  withCommonOptions(velo.command('run').description('run statements until their input ends'))
    .addOption(
      new Option(
        '-f, --format <format>',
        'rows of a SELECT (default: table on a terminal, else jsonl)',
      ).choices(['table', 'jsonl', 'csv']),
    )
    .option('-q, --quiet', 'neither progress nor summary')
    .option('--verbose', 'with what each partition did')
    .action(async (file: string | undefined, flags: RunFlags) => {
      // A thread takes as long to start as the rest takes to load.
      const { prepareWorkers } = await import('../runtime/coordinator/worker-pool.ts');
      prepareWorkers(1);
      const { run } = await import('./commands/run.ts');
      process.exitCode = await run(file, flags);
    });
}

function addExplain(velo: Command): void {
  withCommonOptions(velo.command('explain').description('show how statements would run'))
    .option('--kernels', 'with the WebAssembly of every stage')
    .option('--analyze', 'run them, and show rows and times')
    .option('--verbose', 'with every detail')
    .action(async (file: string | undefined, flags: ExplainFlags) => {
      const { explain } = await import('./commands/explain.ts');
      process.exitCode = await explain(file, flags);
    });
}

function addValidate(velo: Command): void {
  withCommonOptions(velo.command('validate').description('check statements, and run nothing'))
    .option('-q, --quiet', 'say nothing when they are valid')
    .action(async (file: string | undefined, flags: CommonFlags & { readonly quiet?: boolean }) => {
      const { validate } = await import('./commands/validate.ts');
      process.exitCode = await validate(file, flags);
    });
}

function addBench(velo: Command): void {
  withCommonOptions(
    velo.command('bench').description('run statements repeatedly, and show records per second'),
  )
    .option('-n, --runs <count>', 'runs that count', countFrom(1), 5)
    .option('--warmup <count>', 'runs before that', countFrom(0), 1)
    .action(async (file: string | undefined, flags: BenchFlags) => {
      const { bench } = await import('./commands/bench.ts');
      process.exitCode = await bench(file, flags);
    });
}

function countFrom(least: number): (text: string) => number {
  return (text) => {
    if (/^(?:0|[1-9]\d{0,8})$/.test(text) && Number(text) >= least) return Number(text);
    throw new InvalidArgumentError(`It has to be a whole number of at least ${least}.`);
  };
}
