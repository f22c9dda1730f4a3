/** What every filter field over a list shares: colours of its parts, completions, and words for its faults. */

import type { SourceId } from '../../shared/contract/identifiers.ts';
import { MAX_FILTER_LENGTH } from '../../shared/filter/filter-ast.ts';
import { completions } from '../../shared/filter/filter-completions.ts';
import { formatFilter } from '../../shared/filter/filter-format.ts';
import { parseFilter } from '../../shared/filter/filter-parse.ts';
import { tokenize } from '../../shared/filter/filter-tokens.ts';
import { en } from './filter-strings/en.ts';
import { zhCn } from './filter-strings/zh-cn.ts';
import type { Inspector } from './inspector.ts';
import { defineText } from './language.ts';
import { filterWord } from './packet-filter.ts';

export const filterText = defineText('filter', en, zhCn);

/** Topics, or names of sources, that one completion offers. */
const MAX_NAMES = 20;

interface Fault {
  /** A `FilterErrorCode`. */
  readonly code: string;
  readonly word: string;
  readonly field?: string | undefined;
  readonly expected?: readonly string[] | undefined;
}

/** One sentence; the code where this page does not know it. */
export function filterFaultWords({ code, word, field = '', expected = [] }: Fault): string {
  return filterText.has(code) ? filterText.of(code, { word, field, expected: expected.join(', ') }) : code;
}

/**
 * What may stand at the cursor; topics come from the capture.
 * @param means whether a field says anything in this list; every one does unless given
 */
export async function completeFilter(
  inspector: Inspector,
  source: SourceId,
  typed: { readonly text: string; readonly cursor: number },
  means: (field: string) => boolean = () => true,
): Promise<{ readonly from: number; readonly to: number; readonly options: readonly { readonly insert: string }[] }> {
  const { from, to, options, topicPrefix, sourcePrefix } = completions(typed.text, typed.cursor);
  if (sourcePrefix !== undefined) return { from, to, options: sourceNames(inspector, sourcePrefix) };
  if (topicPrefix === undefined)
    return { from, to, options: options.filter(({ insert }) => means(/^-?([a-z.]+)/.exec(insert)?.[1] ?? '')) };
  const query = { source, text: topicPrefix, limit: MAX_NAMES };
  const topics = await inspector.call('completeTopic', query).catch(() => []);
  return { from, to, options: topics.map((topic) => ({ insert: filterWord(topic) })) };
}

/** Has no topics. */
const NO_SOURCE = -1;

/** Names that have what is typed, each once, as values of the field. */
function sourceNames(inspector: Inspector, typed: string): readonly { readonly insert: string }[] {
  const wanted = typed.replaceAll('"', '').toLowerCase();
  const names = new Set(inspector.sources.get().map(({ name }) => name));
  return [...names]
    .filter((name) => name !== '' && name.toLowerCase().includes(wanted))
    .slice(0, MAX_NAMES)
    .map((text) => ({ insert: sourceValue(text) }));
}

function sourceValue(text: string): string {
  return formatFilter({ kind: 'compare', field: 'source', values: [{ kind: 'contains', text }] }).slice(SOURCE.length);
}

const SOURCE = 'source:';

/** What a filter field shows of its text, and asks for, where the filter stands in a form and not over a list. */
export function formFilterField(inspector: Inspector, source: SourceId | undefined, text: string) {
  return {
    value: text,
    spans: filterSpans(text),
    faults: parseFilter(text).errors.map((fault) => ({
      from: fault.from,
      to: Math.max(fault.to, fault.from + 1),
      message: filterFaultWords(fault),
    })),
    complete: (typed: string, cursor: number) =>
      completeFilter(inspector, source ?? NO_SOURCE, { text: typed, cursor }),
  };
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly kind: 'field' | 'sign' | 'value';
}

/** Colours of the parts: field names, comparison signs, values. */
export function filterSpans(text: string): readonly Span[] {
  if (text.length > MAX_FILTER_LENGTH) return [];
  return tokenize(text).tokens.flatMap((token): readonly Span[] => {
    if (token.kind === 'word') return [];
    if (token.kind !== 'field') return [{ from: token.from, to: token.to, kind: 'sign' }];
    const name: Span = { from: token.name.from, to: token.name.to + 1, kind: 'field' };
    const values = token.values.map(
      ({ from, to, text: value }): Span => ({ from, to, kind: /^[<>=]/.test(value) ? 'sign' : 'value' }),
    );
    return [name, ...values];
  });
}
