/** Rows of the benchmark and the Markdown table they become. */

import { short } from './statistics.ts';

/** A limit of performance.md; `of` says which number it holds for. */
export interface Bar {
  readonly of: 'ratio' | 'ours';
  readonly kind: 'at least' | 'at most';
  readonly limit: number;
}

export interface Row {
  readonly what: string;
  /** In `unit`. */
  readonly ours: number;
  readonly unit: string;
  /** Further words on our figure, e.g. how many matches were found. */
  readonly note?: string;
  readonly peer?: string;
  readonly theirs?: number;
  /** How many times better than the peer, whichever direction better is; the median of the repetitions' own ratios. */
  readonly ratio?: number;
  readonly bars?: readonly Bar[];
}

/** What one part of the benchmark found. */
export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
  /** Missing peers, failed measurements, what a figure does not say. */
  readonly remarks: readonly string[];
}

export const ratioAtLeast = (limit: number): Bar => ({ of: 'ratio', kind: 'at least', limit });
export const atLeast = (limit: number): Bar => ({ of: 'ours', kind: 'at least', limit });
export const atMost = (limit: number): Bar => ({ of: 'ours', kind: 'at most', limit });

/** Undefined where the row has no bar, or no figure to hold against it. */
function isMet(row: Row): boolean | undefined {
  if (row.bars === undefined || row.bars.length === 0) return undefined;
  return row.bars.every(({ of, kind, limit }) => {
    const value = of === 'ratio' ? row.ratio : row.ours;
    if (value === undefined || Number.isNaN(value)) return false;
    return kind === 'at least' ? value >= limit : value <= limit;
  });
}

function barText(row: Row): string {
  const texts = (row.bars ?? []).map(
    ({ of, kind, limit }) =>
      `${kind === 'at least' ? '≥' : '≤'} ${limit}${of === 'ratio' ? ' ×' : row.unit === '' ? '' : ` ${row.unit}`}`,
  );
  return texts.join(', ');
}

const withUnit = (value: number | undefined, unit: string): string =>
  value === undefined ? '' : `${short(value)}${unit === '' ? '' : ` ${unit}`}`;

function line(row: Row): string {
  const met = isMet(row);
  const cells = [
    row.what,
    withUnit(row.ours, row.unit) + (row.note === undefined ? '' : ` (${row.note})`),
    row.peer === undefined
      ? '–'
      : `${row.peer}${row.theirs === undefined ? '' : `: ${withUnit(row.theirs, row.unit)}`}`,
    row.ratio === undefined ? '–' : `${short(row.ratio)} ×`,
    barText(row) || '–',
    met === undefined ? '–' : met ? 'yes' : '**no**',
  ];
  return `| ${cells.join(' | ')} |`;
}

/** One section as Markdown. */
export function sectionText(section: Section): string {
  const lines = [`### ${section.title}`, ''];
  if (section.rows.length > 0) {
    lines.push('| what | ours | peer | ratio | bar | met |', '| --- | --- | --- | --- | --- | --- |');
    lines.push(...section.rows.map(line), '');
  }
  for (const remark of section.remarks) lines.push(`- ${remark}`);
  if (section.remarks.length > 0) lines.push('');
  return lines.join('\n');
}

/** `met of barred` over all sections. */
export function countMet(sections: readonly Section[]): { met: number; barred: number } {
  const verdicts = sections.flatMap(({ rows }) => rows.map(isMet)).filter((verdict) => verdict !== undefined);
  return { met: verdicts.filter(Boolean).length, barred: verdicts.length };
}
