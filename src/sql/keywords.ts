/**
 * Which words may stand where. The classes are PostgreSQL's (its appendix C, "SQL Key Words"); every word
 * not listed is an ordinary name everywhere, STREAM, EMIT, WATERMARK, ROWS and VALUE among them.
 */

/** Never a name without quotes, except behind AS or a dot. */
export const reservedWords: ReadonlySet<string> = new Set(
  `all and any array as asc asymmetric both case cast collate create current_catalog current_date
  current_role current_time current_timestamp current_user default desc distinct else end except false fetch
  for from group having in intersect into lateral leading limit localtime localtimestamp not null offset on
  only or order placing primary returning select session_user some symmetric table then to trailing true union
  unique using variadic when where window with`.split(/\s+/),
);

/**
 * Reserved in PostgreSQL but free here, where they mean nothing and are common as column names. The printer
 * quotes them all the same, so that its text is good for both.
 */
export const foreignReservedWords: ReadonlySet<string> = new Set(
  `analyse analyze check column constraint deferrable do foreign grant initially references system_user
  user`.split(/\s+/),
);

/** Names of functions (and types), but not of columns or tables: `left(x, 2)`. */
export const functionWords: ReadonlySet<string> = new Set(
  `authorization binary collation concurrently cross current_schema freeze full ilike inner is isnull join
  left like natural notnull outer overlaps right similar tablesample verbose`.split(/\s+/),
);

/** Names, but as the alias of a SELECT item only behind AS. */
const labelsOnlyBehindAs: ReadonlySet<string> = new Set(
  `char character day filter hour minute month over precision second varying within without year`.split(
    /\s+/,
  ),
);

/** The words that begin a clause of a query: where parsing goes on after an error. */
export const clauseWords: ReadonlySet<string> = new Set(
  `from where group having order limit offset window union intersect except`.split(/\s+/),
);

/** Names of columns and tables, but not of functions. */
const neverFunctions: ReadonlySet<string> = new Set(
  'between inout none out precision setof values'.split(' '),
);

/** May the word, unquoted, name a column, a table or a table's alias? */
export function isName(word: string): boolean {
  return !reservedWords.has(word) && !functionWords.has(word);
}

/** Words of the grammar of calls: names of columns, but not of types. */
const neverTypes: ReadonlySet<string> = new Set(
  `coalesce exists extract greatest grouping least normalize nullif overlay position row substring treat
  trim`.split(/\s+/),
);

/** May the word, unquoted, name a type? */
export function isTypeName(word: string): boolean {
  return isFunctionName(word) && !neverTypes.has(word);
}

/** May the word, unquoted, name a function? */
export function isFunctionName(word: string): boolean {
  return !reservedWords.has(word) && !neverFunctions.has(word);
}

/** May the word follow a SELECT item as its alias without AS? */
export function isBareLabel(word: string): boolean {
  return isName(word) && !labelsOnlyBehindAs.has(word);
}

/** Must the printer quote a name that reads like this? */
export function needsQuotes(name: string): boolean {
  return (
    !/^[a-z_\u0080-\uffff][a-z0-9_$\u0080-\uffff]*$/.test(name) ||
    !isName(name) ||
    foreignReservedWords.has(name)
  );
}
