#!/usr/bin/env node
/**
 * The entry of `velo`. It checks that this Node can run the rest before it loads any of it, and lets Node
 * keep compiled code between runs, because the time until the command answers counts. Must stay readable for
 * old Nodes.
 */
import module from 'node:module';

/** Multi-memory and `fs.globSync` are there from this version on. */
const lowest = [22, 17] as const;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < lowest[0] || (major === lowest[0] && minor < lowest[1])) {
  process.stderr.write(
    `error: velo needs Node ${lowest.join('.')} or later, this is ${process.versions.node}\n`,
  );
  process.exitCode = 1;
} else {
  module.enableCompileCache?.();
  // Every thread has a cache of its own, and finds its place in the environment.
  const cache = module.getCompileCacheDir?.();
  if (cache !== undefined) process.env.NODE_COMPILE_CACHE ??= cache;
  const { runCommandLine } = await import('./command-line.ts');
  await runCommandLine(process.argv.slice(2));
}
