/** How numbers, sizes, times and durations are written, the same in both languages. */

/** Narrow no-break space: groups thousands without being taken for a decimal sign. */
const GROUP = '\u202f';

export function formatInteger(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const text = Number.isInteger(value) ? String(Math.abs(value)) : Math.abs(value).toFixed(1);
  const [whole = '', fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, GROUP);
  return `${value < 0 ? '−' : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** `950`, `10 204`, `1.2 M`: for counts in tabs, where the place is small and the exact number stands elsewhere. */
export function formatCompact(value: number): string {
  if (value < 100_000) return formatInteger(value);
  if (value < 1_000_000) return `${Math.floor(value / 1000)}${GROUP}k`;
  if (value < 10_000_000) return `${(Math.floor(value / 100_000) / 10).toFixed(1)}${GROUP}M`;
  return `${formatInteger(Math.floor(value / 1_000_000))}${GROUP}M`;
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `96 B`, `4.2 KiB`, `412 MiB`: powers of 1024. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || value >= 100 || Number.isInteger(value) ? 0 : 1;
  return `${formatInteger(Number(value.toFixed(digits)))}${GROUP}${UNITS[unit] ?? 'B'}`;
}

/** A span in microseconds in the unit that needs three digits at most: `15 µs`, `3.84 ms`, `2.1 s`, `4 min 10 s`. */
export function formatDuration(us: number): string {
  if (!Number.isFinite(us)) return '';
  const size = Math.abs(us);
  const sign = us < 0 ? '−' : '';
  if (size < 1000) return `${sign}${Math.round(size)}${GROUP}µs`;
  if (size < 999_500) return `${sign}${threeDigits(size / 1000)}${GROUP}ms`;
  if (size < 60_000_000) return `${sign}${threeDigits(size / 1_000_000)}${GROUP}s`;
  const seconds = Math.round(size / 1_000_000);
  if (seconds < 3600) return `${sign}${Math.floor(seconds / 60)}${GROUP}min ${seconds % 60}${GROUP}s`;
  if (seconds < 86_400)
    return `${sign}${Math.floor(seconds / 3600)}${GROUP}h ${Math.floor((seconds % 3600) / 60)}${GROUP}min`;
  return `${sign}${formatInteger(Math.floor(seconds / 86_400))}${GROUP}d ${Math.floor((seconds % 86_400) / 3600)}${GROUP}h`;
}

/** The Δ column: always in milliseconds up to ten seconds, so that the eye can compare. */
export function formatDelta(us: number): string {
  if (!Number.isFinite(us)) return '';
  const sign = us < 0 ? '−' : '+';
  const size = Math.abs(us);
  if (size < 10_000) return `${sign}${(size / 1000).toFixed(2)}${GROUP}ms`;
  if (size < 1_000_000) return `${sign}${Math.round(size / 1000)}${GROUP}ms`;
  return `${sign}${formatDuration(size)}`;
}

function threeDigits(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export type TimeFormat = 'clock' | 'relative' | 'iso';

const pad = (value: number, width: number): string => String(value).padStart(width, '0');

/** Memory of the last second that was written: neighbouring rows share it. */
const lastSecond = { format: '', second: Number.NaN, text: '' };

/**
 * A point in time to the microsecond.
 * @param timeUs microseconds since the Unix epoch
 * @param originUs what `relative` counts from
 */
export function formatTime(timeUs: number, format: TimeFormat, originUs: number): string {
  if (!Number.isFinite(timeUs)) return '';
  if (format === 'relative') return formatRelative(timeUs - originUs);
  const second = Math.floor(timeUs / 1_000_000);
  if (lastSecond.second !== second || lastSecond.format !== format) {
    lastSecond.second = second;
    lastSecond.format = format;
    lastSecond.text = wholeSecond(second, format);
  }
  const micro = pad(Math.floor(timeUs - second * 1_000_000), 6);
  return format === 'iso'
    ? `${lastSecond.text}.${micro}Z`
    : `${lastSecond.text}.${micro.slice(0, 3)}${GROUP}${micro.slice(3)}`;
}

function wholeSecond(second: number, format: TimeFormat): string {
  const date = new Date(second * 1000);
  if (format === 'iso') return date.toISOString().slice(0, 19);
  return `${pad(date.getHours(), 2)}:${pad(date.getMinutes(), 2)}:${pad(date.getSeconds(), 2)}`;
}

function formatRelative(us: number): string {
  const size = Math.abs(us);
  const second = Math.floor(size / 1_000_000);
  const micro = pad(Math.floor(size - second * 1_000_000), 6);
  return `${us < 0 ? '−' : ''}${formatInteger(second)}.${micro.slice(0, 3)}${GROUP}${micro.slice(3)}`;
}
