/** The rules in the order in which they are asked: on or off, what each is for and does, and how often it did. */

import { type ReactNode, useState } from 'react';
import { MOST_RULES } from '../../../shared/contract/rules.ts';
import type { SourceId } from '../../../shared/contract/identifiers.ts';
import type { AppModel } from '../../model/app-model.ts';
import type { RulesModel } from '../../model/rules-model.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { ConfirmBar } from '../../ui/ConfirmBar.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ContextMenu, type MenuEntry } from '../../ui/Menu.tsx';
import { VirtualList } from '../../ui/VirtualList.tsx';
import { ruleName } from './rule-words.ts';
import { RuleBar } from './RuleBar.tsx';
import { RuleHeads, RuleRow } from './RuleRow.tsx';
import { ScopeNotes } from './ScopeNotes.tsx';
import { rulesText } from './strings/text.ts';

export interface RuleListProps {
  readonly app: AppModel;
  readonly model: RulesModel;
  readonly source: SourceId | undefined;
  /** The selected one's form is on screen beside the list. */
  readonly isShown: boolean;
  /** A rule was chosen: its form is wanted. */
  readonly onChoose: () => void;
}

/** Pixels: two lines. */
const ROW = 40;
const DRAG_TYPE = 'application/x-mqtt-inspector-rule';

export function RuleList({ app, model, source, isShown, onChoose }: RuleListProps): ReactNode {
  const t = useText(rulesText);
  const { book, counts } = useModel(app.inspector.rules);
  const selected = useModel(model.selected);
  const drafts = useModel(model.drafts);
  const [deleting, setDeleting] = useState<string>();
  const [menu, setMenu] = useState<{ readonly index: number; readonly x: number; readonly y: number }>();
  const [dropAt, setDropAt] = useState<number>();
  const { rules } = book;
  const doomed = rules.find(({ id }) => id === deleting);
  const at = isShown ? rules.findIndex(({ id }) => id === selected) : -1;
  const onRowKey = (key: string, alt: boolean, index: number): boolean => {
    const rule = rules[index];
    if (rule === undefined) return false;
    if (alt && (key === 'ArrowUp' || key === 'ArrowDown'))
      void model.move(rule.id, index + (key === 'ArrowUp' ? -1 : 1));
    else if (alt) return false;
    else if (key === ' ') void model.setEnabled(rule.id, !rule.enabled);
    else if (key === 'Delete') setDeleting(rule.id);
    else return false;
    return true;
  };
  const menuRule = menu === undefined ? undefined : rules[menu.index];
  return (
    <section className="rules-list" aria-label={t('title')}>
      <RuleBar model={model} selected={rules[at]} index={at} count={rules.length} onDelete={setDeleting} />
      <div>
        {doomed === undefined ? null : (
          <ConfirmBar
            question={t('delete.question', { name: ruleName(doomed) })}
            confirm={t('delete.confirm')}
            cancel={t('cancel')}
            onConfirm={() => {
              setDeleting(undefined);
              void model.remove(doomed.id);
            }}
            onCancel={() => setDeleting(undefined)}
          />
        )}
        <ScopeNotes app={app} source={source} />
      </div>
      <div className="rules-rows">
        <VirtualList
          total={rules.length}
          rowHeight={ROW}
          label={t('list.label')}
          header={rules.length === 0 ? undefined : <RuleHeads />}
          selected={at}
          onSelect={(index) => {
            model.select(rules[index]?.id);
            onChoose();
          }}
          onOpen={() => model.edit()}
          onRowKey={(event, index) => {
            if (onRowKey(event.key, event.altKey, index)) event.preventDefault();
          }}
          onContextMenu={(index, point) => setMenu({ index, ...point })}
          rowClass={(index) =>
            `${rules[index]?.enabled === true ? '' : 'rules-off'} ${dropAt !== index ? '' : at < index ? 'rules-drop-below' : 'rules-drop-above'}`
          }
          draggable
          rowAttributes={(index) => ({
            draggable: true,
            onDragStart: (event) => event.dataTransfer.setData(DRAG_TYPE, rules[index]?.id ?? ''),
            onDragOver: (event) => {
              if (!event.dataTransfer.types.includes(DRAG_TYPE)) return;
              event.preventDefault();
              setDropAt(index);
            },
            onDragLeave: () => setDropAt(undefined),
            onDrop: (event) => {
              event.preventDefault();
              setDropAt(undefined);
              void model.move(event.dataTransfer.getData(DRAG_TYPE), index);
            },
          })}
          renderRow={(index) => {
            const rule = rules[index];
            if (rule === undefined) return null;
            return (
              <RuleRow
                rule={rule}
                count={counts[index]}
                pending={drafts.has(rule.id)}
                onEnable={(enabled) => void model.setEnabled(rule.id, enabled)}
              />
            );
          }}
          empty={
            <EmptyState
              text={t('list.empty')}
              action={{ label: t('list.add'), onPress: () => app.navigation.go({ to: 'rule' }) }}
            >
              <p className="faint">{t('list.scope')}</p>
            </EmptyState>
          }
        />
      </div>
      <footer className="rules-foot">
        <label className="field-check" title={t('keep-alive.help')}>
          <input
            type="checkbox"
            role="switch"
            checked={book.keepAlive}
            onChange={(event) => void model.setKeepAlive(event.target.checked)}
          />
          {t('keep-alive')}
        </label>
        {rules.length === 0 ? null : <span className="faint">{t('list.scope')}</span>}
        {rules.length < MOST_RULES ? null : (
          <span className="tone-warning">{t('list.full', { most: MOST_RULES })}</span>
        )}
      </footer>
      <ContextMenu
        label={t('list.menu', { name: menuRule === undefined ? '' : ruleName(menuRule) })}
        at={menu}
        entries={menu === undefined ? [] : entries(menu.index)}
        onClose={() => setMenu(undefined)}
      />
    </section>
  );

  function entries(index: number): MenuEntry[] {
    const rule = rules[index];
    if (rule === undefined) return [];
    const { id, enabled } = rule;
    return [
      { id: 'edit', title: t('list.edit'), keys: '↵', onPress: () => model.edit() },
      {
        id: 'toggle',
        title: t(enabled ? 'list.turn-off' : 'list.turn-on'),
        keys: '␣',
        onPress: () => void model.setEnabled(id, !enabled),
      },
      { separator: true },
      {
        id: 'up',
        title: t('list.up'),
        keys: 'Alt+↑',
        disabled: index === 0,
        onPress: () => void model.move(id, index - 1),
      },
      {
        id: 'down',
        title: t('list.down'),
        keys: 'Alt+↓',
        disabled: index === rules.length - 1,
        onPress: () => void model.move(id, index + 1),
      },
      { id: 'duplicate', title: t('list.duplicate'), disabled: model.full, onPress: () => void model.duplicate(id) },
      { separator: true },
      { id: 'delete', title: t('list.delete'), keys: 'Del', onPress: () => setDeleting(id) },
    ];
  }
}
