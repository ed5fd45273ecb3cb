/** What the flags and the configuration file say together: a flag wins over the file. */
import { availableParallelism } from 'node:os';
import type { ArchitectureOptions } from '../plan/architecture.ts';
import { parseArchitecture } from './architecture-name.ts';

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
  const fromCount = flags.partitions === undefined ? {} : { numPartitions: flags.partitions };
  // A named architecture also overrules the file's flag for it, which would contradict it.
  const base = flags.architecture === undefined ? fromFile : { ...fromFile, useHashPartitioned: undefined };
  const architecture: ArchitectureOptions = { ...base, ...fromName, ...fromCount };
  return { architecture, cores: availableParallelism(), onError: flags.onError };
}

/** YAML and its checks are loaded only where there is a file. */
async function readConfig(path: string): Promise<ArchitectureOptions> {
  const { readConfigFile } = await import('./config/config-file.ts');
  return readConfigFile(path, process.env);
}
