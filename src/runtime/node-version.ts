/** Whether this Node can run the rest. Must stay readable for old Nodes, and import nothing. */

/** Multi-memory and `fs.globSync` are there from this version on. */
const lowest = [22, 17] as const;

/** What is wrong with this version of Node; undefined where it will do. */
export function versionFault(who: string, version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isEnough = major > lowest[0] || (major === lowest[0] && minor >= lowest[1]);
  return isEnough ? undefined : `${who} needs Node ${lowest.join('.')} or later, this is ${version}`;
}

/** Throws where this Node will not do; called when the library is imported. */
export function requireNode(): void {
  const fault = versionFault('velostream', process.versions.node);
  if (fault !== undefined) throw new Error(fault);
}
