/** What the process tells its caller; docs/command-line.md and `--help` list the same numbers. */

export const exitCodes = {
  ok: 0,
  /** The statements, the configuration, or a file they name is wrong. */
  invalid: 1,
  usage: 2,
  /** A job started and failed, or output could not be written. */
  failed: 3,
  /** A defect of ours; sysexits.h calls it EX_SOFTWARE. */
  internal: 70,
  /** The terminal was closed. */
  hungUp: 129,
  interrupted: 130,
  /** Whoever read the output went away. */
  readerGone: 141,
  terminated: 143,
} as const;

export const exitCodesText = `Exit codes:
  0    everything ran
  1    the statements, the configuration or a file they name is wrong
  2    wrong usage of the command
  3    a job failed while it ran, or output could not be written
  70   a defect of Velostream
  130  interrupted by Ctrl-C (143: by SIGTERM, 129: by SIGHUP); what was read until then is finished
  141  the reader of the output went away
`;
