/**
 * Rules about plain text: every source file opens with a comment, nothing is left as unfinished, names avoid
 * the empty words of the glossary, and no tracked file tells on which machine it was written.
 */
import { posix } from 'node:path';
import { lineAt, type Tree } from './tree.ts';
import type { Violation } from './violation.ts';

/** `common` may go with a noun behind it: SQL has a word for the common type of two types. */
const emptyWords = /(^|-)(manager|helpers?|utils?|misc|handler|processor|common$)(-|$)/;
const kebabName = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** A pattern for every file, with what it means; written so that none matches its own text. */
const traces: readonly (readonly [RegExp, string])[] = [
  [/(?<![\w.\-/])\/(?:work|root|Users\/\w+|home\/\w+)\//g, 'a path of one machine'],
  [/["'`\s/]registry\.[a-z0-9-]+\.[a-z]+/gi, 'the host of a package registry'],
  [/\b_auth(?:Token)?\s*=/g, 'a credential of a package registry'],
  [/"resolved":\s*"https?:/g, 'the address of a package; install with .npmrc as it is'],
];

export function checkWords(tree: Tree): Violation[] {
  const violations: Violation[] = [];
  for (const [path, text] of tree.files) {
    for (const [pattern, meaning] of traces)
      violations.push(...matches(path, text, pattern, ['trace', meaning]));
    if (!path.startsWith('src/') || !path.endsWith('.ts')) continue;
    violations.push(...checkSource(path, text));
  }
  return violations;
}

function checkSource(path: string, text: string): Violation[] {
  const violations = [
    ...matches(path, text, /\b(?:TO[D]O|FIX[M]E)\b/g, [
      'unfinished',
      'unfinished work is done or written down',
    ]),
    ...matches(path, text, /@ts-(?:ignore|nocheck)/g, ['silenced', 'the compiler is not silenced']),
  ];
  const isTest = /\.(test|bench)\.ts$/.test(path);
  const body = text.replace(/^#!.*\n/, '').trimStart();
  if (!isTest && !/^\/[*/]/.test(body)) {
    violations.push({
      path,
      line: 1,
      rule: 'header',
      message: 'the file opens with a comment that says what it is',
    });
  }
  const [name = ''] = posix.basename(path).split('.');
  if (!kebabName.test(name)) {
    violations.push({ path, line: 1, rule: 'name', message: `'${name}' is not in kebab case` });
  }
  const word = emptyWords.exec(name)?.[2];
  if (word !== undefined) {
    violations.push({ path, line: 1, rule: 'name', message: `'${word}' says nothing; see docs/glossary.md` });
  }
  return violations;
}

function matches(path: string, text: string, pattern: RegExp, fault: readonly [string, string]): Violation[] {
  return [...text.matchAll(pattern)].map((match) => {
    const found = match[0].trim();
    return { path, line: lineAt(text, match.index), rule: fault[0], message: `'${found}': ${fault[1]}` };
  });
}
