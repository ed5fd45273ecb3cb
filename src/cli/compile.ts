/** Statements and settings to an application: what every command begins with. */
import { systemClock } from '../base/clock.ts';
import { type Application, compileScript } from '../engine/application.ts';
import type { ClientSink, EngineOptions } from '../engine/engine-options.ts';
import type { RejectedRecord } from '../operators/input/unit-queue.ts';
import type { Settings } from './settings.ts';
import type { StatementText } from './statement-text.ts';

export interface CompileOptions {
  readonly settings: Settings;
  readonly client: ClientSink;
  readonly onNotice: (text: string) => void;
  readonly onRejected?: (record: RejectedRecord) => void;
}

export function compile(statements: StatementText, options: CompileOptions): Promise<Application> {
  const { settings, client, onNotice, onRejected } = options;
  const engine: EngineOptions = {
    architecture: settings.architecture,
    cores: settings.cores,
    client,
    clock: systemClock,
    onError: settings.onError,
    onNotice,
    onRejected,
    isStandardInputTaken: statements.isStandardInput,
  };
  return compileScript(statements.sql, engine);
}
