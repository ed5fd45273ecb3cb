/**
 * The environment in text:
 *   ${NAME}             its value; an error where it is not set
 *   ${NAME:-default}    the default where it is not set or empty
 *   ${NAME:?message}    the message as an error where it is not set or empty
 *   $${                 the characters ${ themselves
 */

export type Environment = Readonly<Record<string, string | undefined>>;

const reference = /\$?\$\{([^}]*)\}/g;
const form = /^([A-Za-z_]\w*)(?::([-?])([\s\S]*))?$/;

export function substitute(text: string, environment: Environment): string | { readonly problem: string } {
  let problem: string | undefined;
  const result = text.replace(reference, (whole, inside: string) => {
    if (whole.startsWith('$$')) return whole.slice(1);
    const [, name, operator, rest = ''] = form.exec(inside) ?? [];
    if (name === undefined) {
      problem ??= `"${whole}" is no reference to the environment`;
      return '';
    }
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
    if (operator === undefined ? value !== undefined : value) return value ?? '';
    if (operator === '-') return rest;
    problem ??= rest === '' ? `the environment variable ${name} is not set` : `${name}: ${rest}`;
    return '';
  });
  return problem === undefined ? result : { problem };
}
