/** What the flags and the configuration file say together: a flag wins over the file. */
import { availableParallelism } from 'node:os';
import { VelostreamError } from '../base/error.ts';
import type { ArchitectureOptions } from '../plan/architecture.ts';
import { overrideOptions, parseArchitecture } from '../planner/physical/architecture-name.ts';
import { checkPartitions } from '../planner/physical/choose-architecture.ts';
import { UsageError } from './usage-error.ts';

export interface CommonFlags {
  readonly execute?: string;
  readonly partitions?: number;
  readonly architecture?: string;
  readonly config?: string;
  readonly onError?: 'fail' | 'skip';
}

export interface Settings {
  readonly architecture: ArchitectureOptions;
  readonly cores: number;
  readonly onError: 'fail' | 'skip' | undefined;
}

export async function readSettings(flags: CommonFlags): Promise<Settings> {
  const fromFile = flags.config === undefined ? {} : await readConfig(flags.config);
  const fromFlags = readFlags(flags);
  const architecture = overrideOptions(fromFile, fromFlags);
  return { architecture, cores: availableParallelism(), onError: flags.onError };
}

function readFlags({ architecture, partitions }: CommonFlags): ArchitectureOptions {
  try {
    const named = architecture === undefined ? {} : parseArchitecture(architecture);
    const options = overrideOptions(named, { numPartitions: partitions });
    checkPartitions(options.numPartitions);
    return options;
  } catch (error) {
    if (!(error instanceof VelostreamError)) throw error;
    const { message, detail, hint } = error;
    throw new UsageError([message, detail, hint].filter((text) => text !== undefined).join('\n'));
  }
}

/** YAML and its checks are loaded only where there is a file. */
async function readConfig(path: string): Promise<ArchitectureOptions> {
  const { readConfigFile } = await import('./config/config-file.ts');
  return readConfigFile(path, process.env);
}
