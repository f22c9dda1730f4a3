/** One rule of the list: whether it is on, what it is called and finds, and below that its fields while it is open. It is moved by keys, drag and buttons. */

import { ArrowDown, ArrowUp, ChevronDown, ChevronRight, GripVertical, Trash2 } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react';
import type { ColourRule } from '../../shared/contract/colours.ts';
import type { AppModel } from '../model/app-model.ts';
import { colourRulesOf } from '../model/colour-rules.ts';
import { formFilterField } from '../model/filter-field.ts';
import { savedFilterField } from '../model/saved-filter-field.ts';
import { savedFiltersOf } from '../model/saved-filters.ts';
import { useModel, useText } from '../model/use-store.ts';
import { Button } from '../ui/Button.tsx';
import { ColourChoice } from '../ui/ColourChoice.tsx';
import { FilterInput } from '../ui/FilterInput.tsx';
import { TextField } from '../ui/FormFields.tsx';
import { shellText } from './strings/text.ts';

/** Without data a browser begins no drag. */
const DRAG_TYPE = 'application/x-mqtt-inspector-colour-rule';

const MOVE_KEYS = 'Alt+ArrowUp Alt+ArrowDown';

/** What of a rule the keys are at, by the class of its element. */
export type RulePart = 'up' | 'down' | 'on' | 'name';

export interface ColourRuleItemProps {
  readonly app: AppModel;
  readonly rule: ColourRule;
  readonly first: boolean;
  readonly last: boolean;
  /** The keys stay at that part. */
  readonly onMove: (by: 1 | -1, part: RulePart) => void;
  /** Which edge of it one that is dragged would come to stand at; undefined while none is, or it is that one. */
  readonly dropEdge: 'above' | 'below' | undefined;
  readonly onDrag: (dragged: boolean) => void;
  /** The one that is dragged goes in its place. */
  readonly onDrop: () => void;
  readonly onRemove: () => void;
}

export function ColourRuleItem(props: ColourRuleItemProps): ReactNode {
  const { app, rule, first, last, dropEdge, onMove, onRemove } = props;
  const t = useText(shellText);
  const model = colourRulesOf(app);
  const open = useModel(model.open) === rule.id;
  const source = useModel(app.navigation.source);
  const saved = useModel(savedFiltersOf(app.inspector).state);
  const id = useId();
  const [isOver, setIsOver] = useState(false);
  const onKeyDown = (event: KeyboardEvent) => {
    const up = event.key === 'ArrowUp';
    if (!event.altKey || (!up && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    if (up ? !first : !last) onMove(up ? -1 : 1, event.target instanceof HTMLInputElement ? 'on' : 'name');
  };
  const field = formFilterField(app.inspector, source, rule.filter);
  const unreadable = field.faults.length > 0;
  const filter = rule.filter.trim();
  const name = rule.name.trim() || filter || t('colours.unnamed');
  return (
    <li
      id={`colour-rule-${rule.id}`}
      className="colour-rule"
      data-colour={rule.colour}
      data-on={rule.enabled || undefined}
      data-drop={isOver ? dropEdge : undefined}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) model.commit();
      }}
      onDragOver={(event) => {
        if (dropEdge === undefined) return;
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => {
        setIsOver(false);
        if (dropEdge === undefined) return;
        event.preventDefault();
        props.onDrop();
      }}
    >
      <div
        className="colour-rule-head"
        role="presentation"
        draggable
        onDragStart={(event) => {
          event.dataTransfer.setData(DRAG_TYPE, rule.id);
          props.onDrag(true);
        }}
        onDragEnd={() => props.onDrag(false)}
        onKeyDown={onKeyDown}
      >
        <GripVertical className="colour-rule-grip" aria-hidden />
        <input
          type="checkbox"
          className="act-on"
          aria-keyshortcuts={MOVE_KEYS}
          aria-label={t('colours.on', { name })}
          title={t(unreadable && !rule.enabled ? 'colours.unreadable' : 'colours.on', { name })}
          checked={rule.enabled}
          disabled={unreadable && !rule.enabled}
          onChange={(event) => model.change(rule.id, { enabled: event.target.checked })}
        />
        <button
          type="button"
          className="colour-rule-name act-name"
          aria-keyshortcuts={MOVE_KEYS}
          aria-expanded={open}
          aria-controls={open ? id : undefined}
          onClick={() => model.show(open ? undefined : rule.id)}
        >
          <span className="ellipsis">{name}</span>
          {filter === '' || filter === name ? null : <span className="colour-rule-filter ellipsis">{filter}</span>}
          {open ? <ChevronDown aria-hidden /> : <ChevronRight aria-hidden />}
        </button>
      </div>
      {!open ? null : (
        <div id={id} className="colour-rule-fields" role="group" aria-label={name}>
          <TextField
            label={t('colours.name')}
            value={rule.name}
            placeholder={filter || t('colours.unnamed')}
            autoFocus
            onChange={(typed) => model.type(rule.id, { name: typed.slice(0, 200) })}
          />
          <div className="field-row">
            <span aria-hidden>{t('colours.filter')}</span>
            <span className="field-control">
              <FilterInput
                label={t('colours.filter')}
                placeholder={t('colours.filter.placeholder')}
                {...field}
                onChange={(typed) => model.type(rule.id, { filter: typed })}
                onCommit={() => model.commit()}
                history={[]}
                historyLabel={t('colours.filter')}
                clearLabel={t('colours.filter.clear')}
                keepsOnEscape
                saved={savedFilterField(app.inspector, saved)}
              />
            </span>
            {filter === '' ? <span className="field-hint">{t('colours.filter.none')}</span> : null}
          </div>
          <div className="field-row">
            <span aria-hidden>{t('colours.colour')}</span>
            <ColourChoice
              label={t('colours.colour')}
              nameOf={(colour) => t(`colour.${colour}`)}
              chosen={rule.colour}
              onChoose={(colour) => model.change(rule.id, { colour })}
            />
          </div>
          <div className="colour-rule-acts">
            <Button
              label={t('colours.up')}
              keys="Alt+↑"
              disabled={first}
              className="act-up"
              onPress={() => onMove(-1, 'up')}
            >
              <ArrowUp aria-hidden />
            </Button>
            <Button
              label={t('colours.down')}
              keys="Alt+↓"
              disabled={last}
              className="act-down"
              onPress={() => onMove(1, 'down')}
            >
              <ArrowDown aria-hidden />
            </Button>
            <span className="grow" />
            <Button kind="danger" label={t('colours.delete')} onPress={onRemove}>
              <Trash2 aria-hidden /> {t('colours.delete')}
            </Button>
          </div>
        </div>
      )}
    </li>
  );
}
