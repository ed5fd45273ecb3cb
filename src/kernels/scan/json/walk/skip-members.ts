/**
 * The run over members that are not read, as long as every text was seen before and every value between two
 * texts is of a usual form (skip-usual.ts). It calls nothing, so that all it works with stays in
 * registers; where it stops, emit-walk.ts goes on and comes back.
 *
 *   json_skip_members(at, links) -> node or links << 32 | address
 *
 * It stops at a text that was not predicted, with the links behind which it stands, or behind a text, with
 * its node and `foundText`, before a value that is a column's or not of a usual form.
 */
import { i32, i64 } from '../../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../../../wasm/types.ts';
import { declareRun, skipUsual } from './skip-usual.ts';
import { followText, nodeAction, nodeLength, textActions, withoutValue } from './text-graph.ts';

/** Added to a node's address. */
export const foundText = 1;

export function skipMembers(module: ModuleBuilder): FunctionSlot {
  const params = { at: 'i32', links: 'i32' } as const;
  return module.function('json_skip_members', params, 'i64', (f, { at, links }) => {
    const node = f.local('i32', 'node');
    const run = declareRun(module, f, at);
    f.block('stopped', (stopped) => {
      f.block('unknown', (unknown) => {
        f.loop('texts', (texts) => {
          followText(f, { at, links, node }, unknown);
          f.set(at, i32.add(at, i32.load(node, nodeLength)));
          f.branchIf(stopped, i32.ne(i32.load(node, nodeAction), textActions.skip));
          f.set(links, node);
          skipUsual({ ...run, texts, stopped });
          f.set(links, i32.add(node, withoutValue));
          f.branch(texts);
        });
      });
      f.return(packed(at, links));
    });
    f.return(packed(at, i32.add(node, foundText)));
  });
}

function packed(at: Expr<'i32'>, links: Expr<'i32'>): Expr<'i64'> {
  return i64.or(i64.shl(i64.extend_i32_u(links), 32), i64.extend_i32_u(at));
}
