/**
 * Why a row could not be evaluated, in PostgreSQL's words. Code that fails knows only which; the text, with
 * what the failing expression names, is made when the code is. A failure's number in a kernel is its place in
 * a list of such texts, which begins with those that name nothing.
 */

const texts = {
  numeric_out_of_range: 'numeric out of range',
  division_by_zero: 'division by zero',
  invalid_cast: 'invalid cast',
  string_too_long: 'string too long',
  negative_square_root: 'cannot take square root of a negative number',
  not_a_logarithm: 'cannot take logarithm of zero or of a negative number',
  outside_domain: 'input is out of range',
  zero_to_negative_power: 'zero raised to a negative power is undefined',
  negative_to_fraction: 'a negative number raised to a non-integer power yields a complex result',
  null_character: 'null character not permitted',
  no_such_character: 'requested character is not valid in Unicode',
  escape_too_long: 'invalid escape string: it must be empty or one character',
  pattern_ends_in_escape: 'LIKE pattern must not end with escape character',
  negative_length: 'negative substring length not allowed',
  field_zero: 'field position must not be zero',
  bin_of_months: 'timestamps cannot be binned into intervals containing months or years',
  stride_not_positive: 'stride must be greater than zero',
  no_such_date: 'date field value out of range',
  no_such_time: 'time field value out of range',
  zone_of_days: 'interval time zone must not include months or days',
  smallint_out_of_range: 'smallint out of range',
  value_too_long: 'value too long for type character varying(%)',
  null_in_column: 'null value in column % violates not-null constraint',
} as const;

export type EvaluationError = keyof typeof texts;

export const evaluationErrors = Object.keys(texts) as readonly EvaluationError[];

/** The texts of one job's failures; kernels hold places in it. */
export class EvaluationErrorTexts {
  readonly texts: string[] = evaluationErrors.map((error) => textOf(error, ''));

  /** The place of the failure's text; `subject` is what it names. */
  placeOf(error: EvaluationError, subject?: string): number {
    if (subject === undefined) return evaluationErrors.indexOf(error);
    const text = textOf(error, subject);
    const known = this.texts.indexOf(text, evaluationErrors.length);
    return known >= 0 ? known : this.texts.push(text) - 1;
  }
}

function textOf(error: EvaluationError, subject: string): string {
  return texts[error].replace('%', () => subject);
}
