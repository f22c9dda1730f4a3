/** The filter's field, the chips beside it, and how many packets are left. */

import type { ReactNode, Ref } from 'react';
import { type FilterError, type FilterErrorCode } from '../../../shared/filter/filter-ast.ts';
import { completions } from '../../../shared/filter/filter-completions.ts';
import { tokenize } from '../../../shared/filter/filter-tokens.ts';
import type { AppModel } from '../../model/app-model.ts';
import { errorWords } from '../../model/error-text.ts';
import type { FilterHistory } from '../../model/filter-history.ts';
import { formatCompact } from '../../model/format.ts';
import { CHIPS } from '../../model/packet-filter.ts';
import type { PacketsModel } from '../../model/packets.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { ChipChoice } from '../../ui/ChipChoice.tsx';
import { type FilterChoices, FilterInput, type FilterSpan } from '../../ui/FilterInput.tsx';
import { packetsText } from './strings/text.ts';

export interface FilterBarProps {
  readonly app: AppModel;
  readonly model: PacketsModel;
  readonly history: FilterHistory;
  readonly handle: Ref<{ focus(): void }>;
}

const MAX_TOPICS = 20;

export function FilterBar({ app, model, history, handle }: FilterBarProps): ReactNode {
  const t = useText(packetsText);
  const text = useModel(model.filter);
  const faults = useModel(model.faults);
  const refused = useModel(model.refused);
  const entries = useModel(history.entries);
  const complete = async (typed: string, cursor: number): Promise<FilterChoices> => {
    const { from, to, options, topicPrefix } = completions(typed, cursor);
    if (topicPrefix === undefined)
      return { from, to, options: options.filter((option) => !option.insert.startsWith('flow.')) };
    const query = { source: model.source, text: topicPrefix, limit: MAX_TOPICS };
    const topics = await app.inspector.call('completeTopic', query).catch(() => []);
    return {
      from,
      to,
      options: topics.map((topic) => ({
        insert: /[\s(),"\\]/.test(topic) ? `"${topic.replaceAll(/["\\]/g, '\\$&')}"` : topic,
      })),
    };
  };
  const shownFaults = faults.map((fault) => ({
    from: fault.from,
    to: Math.max(fault.to, fault.from + 1),
    message: faultWords(fault),
  }));
  if (shownFaults.length === 0 && refused !== undefined)
    shownFaults.push({ from: 0, to: text.length, message: errorWords(refused).what });
  return (
    <div className="bar filter-bar" role="search">
      <FilterInput
        handle={handle}
        label={t('filter.label')}
        placeholder={t('filter.placeholder')}
        value={text}
        onChange={(next) => model.setFilter(next)}
        onCommit={(committed) => {
          if (faults.length === 0) history.add(committed);
        }}
        spans={spansOf(text)}
        faults={shownFaults}
        complete={complete}
        history={entries}
        historyLabel={t('filter.history')}
        clearLabel={t('filter.clear')}
      />
      <Chips app={app} model={model} />
      <Count model={model} />
    </div>
  );
}

function Chips({ app, model }: { readonly app: AppModel; readonly model: PacketsModel }): ReactNode {
  const t = useText(packetsText);
  const chosen = useModel(model.chip);
  const malformed = useModel(app.inspector.statsOf(model.source))?.malformedPackets ?? 0;
  return (
    <ChipChoice
      label={t('chips.label')}
      chips={CHIPS.map((id) => ({
        id,
        title: t(`chip.${id}`),
        note: id === 'errors' && malformed > 0 ? formatCompact(malformed) : undefined,
      }))}
      chosen={chosen}
      onChoose={(chip) => model.setChip(chip)}
    />
  );
}

function Count({ model }: { readonly model: PacketsModel }): ReactNode {
  const t = useText(packetsText);
  const { total, captured } = useModel(model.list);
  return (
    <span className="filter-count number" role="status" aria-live="off">
      {total === captured ? t('count.all', { count: captured }) : t('count.some', { shown: total, count: captured })}
    </span>
  );
}

function faultWords({ code, word, field, expected }: FilterError): string {
  const key: `filter.${FilterErrorCode}` = `filter.${code}`;
  return packetsText.of(key, { word, field: field ?? '', expected: expected?.join(', ') ?? '' });
}

/** Colours of the parts: field names, comparison signs, values. */
function spansOf(text: string): readonly FilterSpan[] {
  return tokenize(text).tokens.flatMap((token): FilterSpan[] => {
    if (token.kind === 'field') {
      const head = { from: token.name.from, to: token.name.to + 1, kind: 'field' } as const;
      return [
        head,
        ...token.values.map((value) => {
          const sign = /^[<>=]/.test(value.text);
          return { from: value.from, to: value.to, kind: sign ? ('sign' as const) : ('value' as const) };
        }),
      ];
    }
    if (token.kind === 'word') return [];
    return [{ from: token.from, to: token.to, kind: 'sign' }];
  });
}
