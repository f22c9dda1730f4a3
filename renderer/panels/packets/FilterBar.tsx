/** The filter's field, the chips beside it, and how many packets are left. */

import { Download, Palette } from 'lucide-react';
import type { ReactNode, Ref } from 'react';
import type { AppModel } from '../../model/app-model.ts';
import { showColourRule } from '../../model/colour-rules.ts';
import { errorWords } from '../../model/error-text.ts';
import { completeFilter, filterFaultWords, filterSpans } from '../../model/filter-field.ts';
import type { FilterHistory } from '../../model/filter-history.ts';
import { formatCompact } from '../../model/format.ts';
import { CHIPS } from '../../model/packet-filter.ts';
import type { PacketsModel } from '../../model/packets.ts';
import { savedFilterField } from '../../model/saved-filter-field.ts';
import { savedFiltersOf } from '../../model/saved-filters.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { ChipChoice } from '../../ui/ChipChoice.tsx';
import { FilterInput } from '../../ui/FilterInput.tsx';
import { MenuButton } from '../../ui/Menu.tsx';
import { saveEntries } from './packet-save.ts';
import { packetsText } from './strings/text.ts';

export interface FilterBarProps {
  readonly app: AppModel;
  readonly model: PacketsModel;
  readonly history: FilterHistory;
  readonly handle: Ref<{ focus(): void }>;
}

export function FilterBar({ app, model, history, handle }: FilterBarProps): ReactNode {
  const t = useText(packetsText);
  const text = useModel(model.filter);
  const faults = useModel(model.faults);
  const refused = useModel(model.refused);
  const entries = useModel(history.entries);
  const saved = useModel(savedFiltersOf(app.inspector).state);
  const complete = (typed: string, cursor: number) =>
    completeFilter(app.inspector, model.source, { text: typed, cursor });
  const shownFaults = faults.map((fault) => ({
    from: fault.from,
    to: Math.max(fault.to, fault.from + 1),
    message: filterFaultWords(fault),
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
        spans={filterSpans(text)}
        faults={shownFaults}
        complete={complete}
        history={entries}
        historyLabel={t('filter.history')}
        clearLabel={t('filter.clear')}
        saved={savedFilterField(app.inspector, saved)}
      />
      <Chips app={app} model={model} />
      <Count model={model} />
      <SaveMenu app={app} model={model} />
      <Button label={t('colours.show')} onPress={() => showColourRule(app)}>
        <Palette aria-hidden />
      </Button>
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
  const { total, captured, unscanned } = useModel(model.list);
  useModel(model.choice.changes);
  const chosen = model.choice.count;
  const text =
    unscanned > 0
      ? t('count.scanning', { shown: total, count: unscanned })
      : total === captured
        ? t('count.all', { count: captured })
        : t('count.some', { shown: total, count: captured });
  return (
    <>
      <span className="filter-count number" role="status" aria-live="off">
        {text}
      </span>
      <span className="chosen-count number" role="status">
        {chosen > 1 ? t('count.selected', { count: chosen }) : ''}
      </span>
    </>
  );
}

function SaveMenu({ app, model }: { readonly app: AppModel; readonly model: PacketsModel }): ReactNode {
  const t = useText(packetsText);
  const credentials = useModel(app.saving.credentials);
  useModel(model.filter);
  useModel(model.chip);
  useModel(model.choice.changes);
  return (
    <MenuButton label={t('save.label')} entries={saveEntries(app, model, credentials)} className="icon-button">
      <Download aria-hidden />
    </MenuButton>
  );
}
