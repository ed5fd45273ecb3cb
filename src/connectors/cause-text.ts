/** What the system says went wrong, without the call and the path that its message ends with. */

export function causeText(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  return 'syscall' in cause ? cause.message.split(', ')[0] : cause.message;
}
