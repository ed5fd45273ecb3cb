/**
 * Skips a test for want of something outside this repository: `test('...', needs('taskset', found), () =>
 * ...)`. The runner knows the wording, lists the skip, and fails it under CI=true.
 */

/** Test options that skip the test unless `present`; `what` names the missing thing. */
export function needs(what: string, present: boolean): { readonly skip?: string } {
  return present ? {} : { skip: `needs ${what}` };
}
