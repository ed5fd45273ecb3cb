/**
 * The one error class. Text follows PostgreSQL's style: `message` is the primary line, in lower case and
 * without a full stop; `detail` and `hint` are whole sentences. A bad record is data, not an exception.
 */

/** Every code an error can carry; the prefix tells the part that raised it. */
export const errorCodes = [
  'sql_syntax',
  'sql_unsupported',
  'sql_undefined_name',
  'sql_ambiguous_name',
  'sql_duplicate_name',
  'sql_type_mismatch',
  'sql_grouping',
  'sql_invalid_option',
  'sql_invalid_literal',
  'config_invalid',
  'source_unavailable',
  'source_format',
  'sink_unavailable',
  'sink_write',
  'record_rejected',
  'resource_limit',
  'partition_failed',
  'worker_died',
  'cancelled',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** Whose mistake it is: the user's, the outside world's, or ours. */
export type ErrorDomain = 'user' | 'external' | 'internal';

/** A half-open range of UTF-16 offsets in the statement's source text. */
export interface SourceSpan {
  readonly start: number;
  readonly end: number;
}

export interface ErrorOptions {
  readonly code: ErrorCode;
  /** Defaults to `user`. */
  readonly domain?: ErrorDomain;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  readonly position?: SourceSpan | undefined;
  /** The option of a statement or stream that it is about, by its one name. */
  readonly option?: string | undefined;
  readonly cause?: unknown;
}

export class VelostreamError extends Error {
  readonly code: ErrorCode;
  readonly domain: ErrorDomain;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly position: SourceSpan | undefined;
  readonly option: string | undefined;

  constructor(message: string, options: ErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'VelostreamError';
    this.code = options.code;
    this.domain = options.domain ?? 'user';
    this.detail = options.detail;
    this.hint = options.hint;
    this.position = options.position;
    this.option = options.option;
  }

  /** The same error at a place of the text. */
  at(position: SourceSpan | undefined): VelostreamError {
    const { message, code, domain, detail, hint, option, cause } = this;
    return new VelostreamError(message, { code, domain, detail, hint, option, cause, position });
  }
}
