/** The command was called in a way it cannot be called. */
export class UsageError extends Error {}
