/**
 * Reads a record, or what is left of one, by the texts that came after one another before:
 *
 *   {"a": 1 ,"x":{"deep": 12 },"price": 1.5 }   Is the text behind this value one of the last two?
 *          ^^^^^^^^^^^^^^^                       Then its node says whether a column's value comes next.
 *
 * A column's value is read by the fast pieces, or tolerantly where those leave; any other is checked and
 * skipped. A text that was not predicted is read by read-text.ts.
 *
 *   json_walk(at, states, row) -> outcome << 32 | address past the record's line feed
 *
 * That many states of the predicted shape have been read; the row's columns hold their values.
 */
import type { Local } from '../../../../wasm/function-builder.ts';
import { call, i32, i64 } from '../../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../../wasm/module-builder.ts';
import type { Arg, Expr, FunctionSlot, Label } from '../../../../wasm/types.ts';
import { createFastPath, type FastPath, leaveIf } from '../fast-path.ts';
import { readValue } from '../read-value.ts';
import type { FastAction } from '../scan-plan.ts';
import { convertValue } from '../tolerant/convert-value.ts';
import { markRead, recallFields, type ScanPieces } from '../tolerant/field-table.ts';
import { emitFinishRow } from '../tolerant/finish-record.ts';
import { reasonCode } from '../tolerant/scan-globals.ts';
import { skipBlanks, skipScalar } from '../tolerant/skip-value.ts';
import { quote } from '../tolerant/strings.ts';
import { readText } from './read-text.ts';
import { foundText, skipMembers } from './skip-members.ts';
import {
  firstField,
  forgetTexts,
  isFull,
  nodeAction,
  nodeLength,
  placeTextGraph,
  rootLinks,
  textActions,
  withoutValue,
} from './text-graph.ts';

export const walkOutcomes = { finished: 0, blankLine: 1, bad: 2 } as const;

interface Walk extends FastPath {
  readonly pieces: ScanPieces;
  readonly readText: FunctionSlot;
  readonly skipMembers: FunctionSlot;
  readonly finishRow: FunctionSlot;
  /** The node before `at`, or a little past it where no value followed it: see text-graph.ts. */
  readonly links: Local<'i32'>;
  /** The node of the text at `at`. */
  readonly node: Local<'i32'>;
  /** The column to be read tolerantly from `value`. */
  readonly field: Local<'i32'>;
  readonly value: Local<'i32'>;
  readonly texts: Label;
  readonly bad: Label;
}

export function emitWalk(module: ModuleBuilder, pieces: ScanPieces): FunctionSlot {
  const { plan, globals, fields } = pieces;
  const graph = placeTextGraph(module, plan);
  const forget = forgetTexts(module, graph);
  const read = readText(module, pieces, graph);
  const skip = skipMembers(module);
  const finishRow = emitFinishRow(module, pieces);
  const convert = convertValue(module, globals, fields);
  const params = { at: 'i32', states: 'i32', row: 'i32' } as const;
  return module.function('json_walk', params, 'i64', (f, { at, states, row }) => {
    f.if(isFull(graph), () => f.call(forget));
    recallFields(f, fields, states);
    const start = {
      ...createFastPath(module, f, globals, { at, row }),
      ...{ pieces, readText: read, skipMembers: skip, finishRow },
      links: f.let('i32', 'links', rootLinks(graph, states)),
      node: f.local('i32', 'node'),
      field: f.local('i32', 'field'),
      value: f.local('i32', 'value'),
    };
    f.block('bad', (bad) => {
      f.loop('texts', (texts) => {
        const walk: Walk = { ...start, texts, bad };
        f.block('tolerantly', (tolerantly) => {
          followTexts(walk);
          f.block('skip', (skip) => dispatch(walk, skip, tolerantly));
          skipValue(walk);
        });
        f.set(at, walk.value);
        skipBlanks(f, at);
        f.set(at, call(convert, walk.field, at, row) as Expr<'i32'>);
        f.branchIf(texts, at);
      });
    });
    f.return(packed(walkOutcomes.bad, 0));
  });
}

function packed(outcome: Arg<'i32'>, at: Arg<'i32'>): Expr<'i64'> {
  return i64.or(i64.shl(i64.extend_i32_u(outcome), 32), i64.extend_i32_u(at));
}

/** Emits: past all that needs no care, and past a text that was not predicted, to what its node says. */
function followTexts({ f, at, links, node, bad, readText: read, skipMembers: skip }: Walk): void {
  const stop = f.let('i64', 'stop', call(skip, at, links) as Expr<'i64'>);
  f.set(at, i32.wrap_i64(stop));
  f.set(links, i32.wrap_i64(i64.shr_u(stop, 32)));
  f.if(
    i32.and(links, foundText),
    () => f.set(node, i32.sub(links, foundText)),
    () => {
      f.set(node, call(read, at, links) as Expr<'i32'>);
      f.branchIf(bad, i32.eqz(node));
      f.set(at, i32.add(at, i32.load(node, nodeLength)));
    },
  );
  f.set(links, node);
}

/** Emits: what the node's action says; out to `skip` if no column is read. */
function dispatch(walk: Walk, skip: Label, tolerantly: Label): void {
  const { f, at, row, node, pieces, bad, finishRow } = walk;
  const { forms } = pieces.plan;
  const action = f.let('i32', 'action', i32.load(node, nodeAction));
  f.branchIf(skip, i32.eq(action, textActions.skip));
  const bodies = new Map<number, () => void>([
    [
      textActions.end,
      () => {
        f.branchIf(bad, i32.eqz(call(finishRow, row) as Expr<'i32'>));
        f.return(packed(walkOutcomes.finished, at));
      },
    ],
    [textActions.blankLine, () => f.return(packed(walkOutcomes.blankLine, at))],
    [
      textActions.cutOff,
      () => {
        f.setGlobal(pieces.globals.error, reasonCode('syntax'));
        f.setGlobal(pieces.globals.errorField, -1);
        f.branch(bad);
      },
    ],
    ...forms.map((_, field): [number, () => void] => [
      firstField + field,
      () => readColumn(walk, field, tolerantly),
    ]),
  ]);
  const actions = [...bodies.keys()].sort((a, b) => a - b);
  const labels: Label[] = [skip];
  const nest = (depth: number): void => {
    if (depth < 0) return f.branchTable(action, labels, skip);
    f.block(`action_${actions[depth]}`, (label) => {
      labels[actions[depth]!] = label;
      nest(depth - 1);
    });
    bodies.get(actions[depth]!)!();
  };
  nest(actions.length - 1);
}

const numberActions: ReadonlySet<FastAction> = new Set(['integer', 'double', 'decimal', 'epoch']);

/** Emits: a column's value, and on to the next text; out to `tolerantly` where the fast piece leaves. */
function readColumn(walk: Walk, field: number, tolerantly: Label): void {
  const { f, at, row, pieces } = walk;
  const form = pieces.plan.forms[field]!;
  const path = { ...walk, left: tolerantly };
  f.set(walk.field, field);
  f.set(walk.value, at);
  const nulls = form.column?.nullsAddress;
  if (nulls !== undefined) f.do(i32.store8(row, 0, nulls));
  readValue(path, form);
  if (numberActions.has(form.action)) {
    const byte = f.let('i32', 'number_end', i32.load8_u(at));
    leaveIf(path, i32.or(i32.eq(byte, 0x2e), i32.eq(i32.or(byte, 0x20), 0x65)));
  }
  markRead(f, pieces.fields, field);
  f.branch(walk.texts);
}

/** Emits: past a value that no column is read from, and on to the next text; where none is, too. */
function skipValue(walk: Walk): void {
  const { module, f, globals, at, node, links, texts, bad } = walk;
  const byte = f.let('i32', 'byte', i32.load8_u(at));
  f.if(isScalarStart(byte), () => {
    f.set(at, call(skipScalar(module, globals), at) as Expr<'i32'>);
    f.branchIf(texts, at);
    f.branch(bad);
  });
  f.set(links, i32.add(node, withoutValue));
  f.branch(texts);
}

/** A quote, a sign, a digit or a small letter; what else may be there belongs to a text, or nowhere. */
function isScalarStart(byte: Expr<'i32'>): Expr<'i32'> {
  const isDigitOrSign = i32.lt_u(i32.sub(byte, 0x2d), 13);
  const isLetter = i32.lt_u(i32.sub(byte, 0x61), 26);
  return i32.or(i32.eq(byte, quote), i32.or(isDigitOrSign, isLetter));
}
