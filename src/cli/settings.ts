/** What the flags and the configuration file say together: a flag wins over the file. */
import { availableParallelism } from 'node:os';
import type { ArchitectureOptions } from '../plan/architecture.ts';
import { overrideOptions, parseArchitecture } from '../planner/physical/architecture-name.ts';

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
  const fromName = flags.architecture === undefined ? {} : parseArchitecture(flags.architecture);
  const fromFlags = overrideOptions(fromName, { numPartitions: flags.partitions });
  const architecture = overrideOptions(fromFile, fromFlags);
  return { architecture, cores: availableParallelism(), onError: flags.onError };
}

/** YAML and its checks are loaded only where there is a file. */
async function readConfig(path: string): Promise<ArchitectureOptions> {
  const { readConfigFile } = await import('./config/config-file.ts');
  return readConfigFile(path, process.env);
}
