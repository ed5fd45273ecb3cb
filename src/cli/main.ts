#!/usr/bin/env node
/**
 * The entry of `velo`. It checks that this Node can run the rest before it loads any of it, and lets Node
 * keep compiled code between runs, because the time until the command answers counts. Must stay readable for
 * old Nodes.
 */
import module from 'node:module';
import { versionFault } from '../runtime/node-version.ts';

const fault = versionFault('velo', process.versions.node);
if (fault !== undefined) {
  process.stderr.write(`error: ${fault}\n`);
  process.exitCode = 1;
} else {
  module.enableCompileCache?.();
  // Every thread has a cache of its own, and finds its place in the environment.
  const cache = module.getCompileCacheDir?.();
  if (cache !== undefined) process.env.NODE_COMPILE_CACHE ??= cache;
  const { runCommandLine } = await import('./command-line.ts');
  await runCommandLine(process.argv.slice(2));
}
