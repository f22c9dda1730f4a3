/** The lines that `capture` and `decode` end with on stderr. */

import type { HeadlessRows } from '../../service/headless-rows.ts';

export interface SummaryFacts {
  readonly of: string;
  /** Absent where time means nothing. */
  readonly seconds?: number;
  readonly isFiltered: boolean;
}

/** `1 packet`, `2 packets`. */
export function amount(value: number, unit: string): string {
  return `${value} ${unit}${value === 1 ? '' : 's'}`;
}

/** Packets by type and direction, bytes, duration, received messages per second, malformed, evicted. Ends with a line feed. */
export function summary(rows: HeadlessRows, { of, seconds, isFiltered }: SummaryFacts): string {
  const tally = rows.tally();
  const received = tally.find(({ type }) => type === 'publish')?.toClient ?? 0;
  const time = seconds === undefined ? '' : ` in ${seconds.toFixed(3)} s`;
  const rate = seconds === undefined || seconds <= 0 ? '' : `, ${(received / seconds).toFixed(1)} messages/s received`;
  const matched = isFiltered ? `, ${rows.matched} pass the filter` : '';
  const evicted = `${rows.missed} evicted`;
  const lines = [
    `${of}: ${amount(rows.packets, 'packet')}, ${amount(rows.bytes, 'byte')}${time}${rate}${matched}; ${rows.malformed} malformed, ${evicted}`,
  ];
  if (tally.length > 0) {
    const width = Math.max(11, ...tally.map(({ type }) => type.length));
    const line = (name: string, out: string | number, back: string | number): string =>
      `  ${name.padEnd(width)} ${String(out).padStart(10)} ${String(back).padStart(10)}`;
    lines.push(line('', 'to server', 'to client'));
    for (const { type, toServer, toClient } of tally) lines.push(line(type.toUpperCase(), toServer, toClient));
  }
  return `${lines.join('\n')}\n`;
}
