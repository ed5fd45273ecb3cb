/** Names of files in compiled text: `.ts` becomes `.js` where the compiler leaves it. */

/** `text` is the compiler's output; in declarations the imports are renamed too. */
export function namesOfJavaScript(text: string, isDeclaration: boolean): string {
  const urls = text.replace(
    /(new URL\(\s*(['"])\.{1,2}\/[^'"\n]*)\.ts\2(?=\s*,\s*import\.meta\.url)/g,
    (_, start: string, quote: string) => `${start}.js${quote}`,
  );
  if (!isDeclaration) return urls;
  return urls.replace(
    /((?:\bfrom\s*|\bimport\s*\(?\s*)(['"])\.{1,2}\/[^'"\n]*?)(?<!\.d)\.ts\2/g,
    (_, start: string, quote: string) => `${start}.js${quote}`,
  );
}
