/** Numbers as people read them. */

/** Digits in groups of three; making a number format of Intl would take longer than most runs print. */
export function printCount(count: number): string {
  return String(Math.round(count)).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

export function printNoun(count: number, noun: string): string {
  return `${printCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

export function printRate(perSecond: number): string {
  if (!Number.isFinite(perSecond)) return '0';
  if (perSecond >= 999_500) return `${(perSecond / 1e6).toFixed(1)} M`;
  return perSecond >= 9_995 ? `${(perSecond / 1e3).toFixed(0)} K` : printCount(perSecond);
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export function printBytes(byteCount: number): string {
  let value = byteCount;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

export function printDuration(millis: number): string {
  if (millis < 1000) return `${Math.round(millis)} ms`;
  if (millis < 100_000) return `${(millis / 1000).toFixed(1)} s`;
  return `${Math.floor(millis / 60_000)} min ${Math.round((millis % 60_000) / 1000)} s`;
}
