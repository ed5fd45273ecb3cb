/**
 * Our parser against PostgreSQL's own, on the grammar they share: what one accepts the other accepts, with
 * the same tree; what one refuses the other refuses. Where they part is in sql-parser/differences.ts.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseSql } from '../../src/sql/parse.ts';
import { corpus, refused } from './sql-parser/corpus.ts';
import { differences, isExplained } from './sql-parser/differences.ts';
import { expressionText, mutatedQuery, statementText, tokenSoup } from './sql-parser/generate.ts';
import { ourStatement } from './sql-parser/our-shape.ts';
import {
  loadPostgres,
  postgresError,
  postgresParses,
  postgresShape,
  postgresTree,
} from './sql-parser/postgres.ts';
import type { Shape } from './sql-parser/shape.ts';

await loadPostgres();

for (const sql of corpus) {
  test(`PostgreSQL gives the same tree: ${sql}`, () => {
    assert.deepEqual(ourShape(sql), postgresShape(sql));
  });
}

for (const sql of refused) {
  test(`PostgreSQL refuses it too: ${sql}`, () => {
    assert.equal(postgresParses(sql), false, 'PostgreSQL accepts it');
    assert.notEqual(parseSql(sql).errors.length, 0, 'we accept it');
  });
}

for (const { sql, accepted, reason } of differences) {
  test(`Accepted ${accepted}: ${sql}. ${reason}`, () => {
    assert.equal(parseSql(sql).errors.length === 0, accepted !== 'by PostgreSQL', 'we');
    assert.equal(postgresParses(sql), accepted !== 'here', 'PostgreSQL');
    if (accepted === 'by both') assert.notDeepEqual(ourShape(sql), postgresShape(sql));
  });
}

const families = [
  { name: 'expressions', texts: expressionText.map((text) => `SELECT ${text}`), runs: 3000 },
  { name: 'statements', texts: statementText, runs: 2000 },
  { name: 'statements with a token dropped, doubled or moved', texts: mutatedQuery, runs: 2000 },
  { name: 'words in no order', texts: tokenSoup, runs: 3000 },
];

for (const { name, texts, runs } of families) {
  test(`PostgreSQL agrees about generated ${name}`, () => {
    let accepted = 0;
    fc.assert(
      fc.property(texts, (sql) => {
        if (agrees(sql)) accepted++;
      }),
      { seed: 20260101, numRuns: runs },
    );
    assert.ok(accepted > 0, 'no generated text was accepted by both');
  });
}

/** Throws where the two disagree without a listed reason; answers whether both accept the text. */
function agrees(sql: string): boolean {
  const { errors } = parseSql(sql);
  const theirs = postgresError(sql);
  if (theirs !== undefined) {
    assert.notEqual(errors.length, 0, `only we accept it; PostgreSQL: ${theirs}`);
    return false;
  }
  if (errors.length > 0) {
    const unsupported = errors.some(({ code }) => code === 'sql_unsupported' || code === 'resource_limit');
    assert.ok(unsupported || isExplained(postgresTree(sql)), `only we refuse it: ${errors[0]?.message}`);
    return false;
  }
  assert.deepEqual(ourShape(sql), postgresShape(sql));
  return true;
}

function ourShape(sql: string): readonly Shape[] {
  const { statements, errors } = parseSql(sql);
  const messages = errors.map((error) => `${error.position?.start}: ${error.message}`);
  assert.deepEqual(messages, []);
  return statements.map(ourStatement);
}
